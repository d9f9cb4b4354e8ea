// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;

/**
 * The KVM side of a channel: negotiates, then reads and writes a device's registers. A {@link KvmTransport} makes them.
 *
 * <p>All methods can be called from any thread, and many threads (vCPUs) share one channel: accesses begin in the order of
 * the calls, and each call gets its own answer or an {@link AccessException}, which says whether the access may have been
 * executed [FAI-001]. Nothing is ever sent again [FAI-002]. A channel that failed stays failed, and a new device process
 * needs a new one [CHN-009].
 *
 * <p>A waiting call ends with the answer, or with the channel, or when its thread is interrupted. The channel fails when a
 * sent command is not answered within the policy's deadline [FAI-004]. An interrupted thread stays interrupted. An interrupt
 * ends only that call: the channel goes on, the late answer is dropped, and no other access gets it.
 *
 * <p>Addresses, sizes and values: {@code region} is the user_data of a registered region, u64; {@code offset} is u64; {@code
 * size} is 1 to 8 bytes, and anything else is an IllegalArgumentException; bits above the size are dropped from a value that
 * is written, and are never set in a value that is read.
 *
 * <p>An access of 3, 5, 6 or 7 bytes is made of commands of 1, 2 and 4 bytes, one after the other [LEN-001]; accesses of
 * other callers may come between them. If a command fails, the others are sent all the same, and the access ends with the
 * first status that is not OK [LEN-003]. If a command is not answered, the access ends there, as "not sent" only if no byte
 * of it was sent [LEN-002].
 */
public interface KvmChannel extends AutoCloseable {
    /**
     * Negotiates before the first access, by a detached HELLO, and waits for the outcome. If it is not called, the policy
     * decides. A legacy device may stay silent on the HELLO; then the channel fails [KST-005].
     *
     * @throws IllegalStateException if a WRITE was sent before
     * @throws IOException if the thread was interrupted; the negotiation goes on
     */
    Outcome negotiate() throws IOException;

    /** Reads a register. */
    AccessResult read(long region, long offset, int size) throws AccessException;

    /**
     * The same without an object for the result: the value, or ones if the access failed, as from a bus without a device
     * [ACE-002].
     */
    long readValue(long region, long offset, int size) throws AccessException;

    /** Writes a register, and waits until the device has answered. */
    AccessResult write(long region, long offset, int size, long value) throws AccessException;

    /**
     * Writes without a response: returns when the WRITE is sent; its errors are lost. It is not sent in version 1 or 2
     * without POSTED_WRITES.
     */
    void post(long region, long offset, int size, long value) throws AccessException;

    /** Returns when every earlier access has completed on the device side. It is not sent if FENCE was not agreed. */
    void fence() throws AccessException;

    /**
     * Carries out a command with its own deadline, which ends the call and not the channel. If it is longer than the policy's
     * deadline, it replaces that for this command: a register may make a READ wait.
     *
     * @param withinNanos from now on, more than 0
     */
    AccessResult access(KvmCommand command, long withinNanos) throws AccessException;

    /**
     * Carries out a command without waiting. The thread that completes the stage also serves other accesses, one stage after
     * the other. So a function that is chained to the stage should be short, and must not wait for this channel.
     *
     * @return the result, or an {@link AccessException}
     */
    CompletionStage<AccessResult> submit(KvmCommand command);

    /**
     * A queue for many accesses under way, which are written together and make no object each.
     *
     * @param slots how many can be under way, 1 to {@link AccessQueue#SLOTS_MAX}
     * @param whenEnded gets the slot of each access that has ended
     */
    AccessQueue newQueue(int slots, IntConsumer whenEnded);

    /** Begins {@link #negotiate} without waiting; the stage fails with the IllegalStateException that it throws. */
    CompletionStage<Outcome> submitNegotiation();

    /** The outcome of the negotiation, whenever it runs. */
    CompletionStage<Outcome> negotiated();

    /**
     * The agreement, for a pin on another channel. While an access is under way, or a posted WRITE has no later FENCE, it
     * sends a FENCE and waits for the answer, as for any access. If FENCE was not agreed, it refuses [REC-004].
     */
    Saving save() throws AccessException;

    /** The present state of the channel. */
    ChannelStatus status();

    /** Begins to close: accesses that were not answered end. {@link #closed()} tells when it is done. */
    @Override
    void close();

    /** Completed when either side has closed the channel and every access has ended. */
    CompletionStage<Void> closed();
}
