// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * The KVM side of a channel: negotiates, then reads and writes a device's registers. A {@link KvmTransport} makes them.
 *
 * <p>All methods can be called from any thread, and many threads (vCPUs) share one channel: accesses begin in the order of
 * the calls, and each call gets its own answer or an {@link AccessException}, which says whether the access may have been
 * executed [FAI-001]. Nothing is ever sent again [FAI-002]. A channel that failed stays failed, and a new device process
 * needs a new one [CHN-009].
 *
 * <p>Calls that wait end with the answer; with the channel, which fails when a command that was sent is not answered
 * within the policy's deadline [FAI-004]; and when their thread is interrupted, which stays interrupted. An interrupted
 * call tells nobody else: the channel goes on, the answer that still comes is thrown away, and no other access is
 * given it.
 *
 * <p>Addresses, sizes and values: {@code region} is the user_data of a registered region, u64; {@code offset} is u64;
 * {@code size} is 1 to 8 bytes, and anything else an IllegalArgumentException; bits of a value above the size are
 * dropped, and never set in what is read.
 *
 * <p>An access of 3, 5, 6 or 7 bytes is made of commands of 1, 2 and 4 bytes, one after the other [LEN-001]; accesses of
 * other callers may come between them. It ends as an access that failed with the first of them that did, and all of them
 * are sent; one that was not answered ends it, as not sent where nothing of it was [LEN-002, LEN-003].
 */
public interface KvmChannel extends AutoCloseable {
    /**
     * Negotiates before the first access, by a detached HELLO, and waits for the outcome; where it is not called, the
     * policy decides. A legacy device may stay silent on it, and the channel fails then [KST-005].
     *
     * @throws IllegalStateException where a WRITE was sent before
     * @throws IOException where the thread was interrupted; the negotiation goes on
     */
    Outcome negotiate() throws IOException;

    /** Reads a register. */
    AccessResult read(long region, long offset, int size) throws AccessException;

    /**
     * The same without an object for the result: the value, and ones where the access failed, as from a bus without a
     * device [ACE-002].
     */
    long readValue(long region, long offset, int size) throws AccessException;

    /** Writes a register, and waits until the device has answered. */
    AccessResult write(long region, long offset, int size, long value) throws AccessException;

    /**
     * Writes without a response: returns when it is sent, and its errors are lost. Not sent where POSTED_WRITES was not
     * agreed in version 1 or 2.
     */
    void post(long region, long offset, int size, long value) throws AccessException;

    /** Returns when every earlier access has completed on the device side. Not sent where FENCE was not agreed. */
    void fence() throws AccessException;

    /**
     * Carries out a command with a deadline of the call's own, which ends the call and not the channel. A longer one than
     * the policy's gives this command as long: a register may make a READ wait.
     *
     * @param withinNanos from now on, more than 0
     */
    AccessResult access(KvmCommand command, long withinNanos) throws AccessException;

    /**
     * Carries out a command without waiting. The stage is completed by a thread that also serves other accesses: what is
     * chained to it is to be short and must not wait for this channel.
     *
     * @return the result, or an {@link AccessException}
     */
    CompletionStage<AccessResult> submit(KvmCommand command);

    /** Begins {@link #negotiate} without waiting; the stage fails with the IllegalStateException that it throws. */
    CompletionStage<Outcome> submitNegotiation();

    /** The outcome of the negotiation, whenever one runs. */
    CompletionStage<Outcome> negotiated();

    /**
     * What was agreed, to be pinned on another channel. While an access is under way or a posted WRITE is not vouched for, it
     * sends a FENCE and waits for its answer, as for any access, where FENCE was agreed; where it was not, it refuses
     * [REC-004].
     */
    Saving save() throws AccessException;

    /** The channel as it is now. */
    ChannelStatus status();

    /** Begins to close: accesses that were not answered end. {@link #closed()} tells when it is done. */
    @Override
    void close();

    /** Completed when the channel is closed, by whichever side, and every access has ended. */
    CompletionStage<Void> closed();
}
