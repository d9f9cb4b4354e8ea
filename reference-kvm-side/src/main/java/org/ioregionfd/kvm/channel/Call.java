// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.KvmAccess;
import org.jspecify.annotations.Nullable;

/** Who waits for the end of an access or of a negotiation: mostly a thread. For a {@link FunctionCall} none does. */
public sealed class Call permits FunctionCall {
    /** No time at all. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final Optional<String> INTERRUPTED = Optional.of("the caller was interrupted");
    private static final Optional<String> OUT_OF_TIME = Optional.of("the call's deadline passed");

    final KvmAccess<Call> access = new KvmAccess<>(this);

    /** The next one in the list that this one is in, if any. */
    @Nullable
    Call next;

    private long deadlineNanos = NO_DEADLINE;
    private @Nullable Thread caller;
    private volatile boolean ended;

    /** Makes this thread wait, at most until then. */
    void begin(long untilNanos) {
        caller = Thread.currentThread();
        deadlineNanos = untilNanos;
        ended = false;
    }

    /** Whether there is nothing to wait for any more. */
    public boolean hasEnded() {
        return ended;
    }

    /** Why its thread, which is the caller, no longer waits, if that is so. */
    public Optional<String> reasonToGiveUp() {
        if (Thread.currentThread().isInterrupted()) {
            return INTERRUPTED;
        }
        return deadlineNanos != NO_DEADLINE && System.nanoTime() - deadlineNanos >= 0 ? OUT_OF_TIME : Optional.empty();
    }

    /** Whether only bytes from the peer can end it: it has no deadline of its own, and is no posted WRITE. */
    public boolean endsByBytesOnly() {
        return deadlineNanos == NO_DEADLINE && access.wantsResponse();
    }

    /** Parks its thread, which is the caller, until it is woken, interrupted, or so much time has passed. */
    public void park(long nanosMax) {
        long rest = deadlineNanos == NO_DEADLINE ? nanosMax : Math.min(nanosMax, deadlineNanos - System.nanoTime());
        if (rest > 0) {
            LockSupport.parkNanos(this, rest);
        }
    }

    /** Ends the park of its thread. */
    public void wake() {
        LockSupport.unpark(caller);
    }

    /** Notes that it has ended. Its thread must still be woken. */
    void end() {
        ended = true;
    }

    /** The thread that waits, if one does. */
    @Nullable
    Thread caller() {
        return caller;
    }

    AccessResult result() throws AccessException {
        requireDone();
        return AccessResult.of(access);
    }

    void requireDone() throws AccessException {
        if (access.end() != AccessEnd.DONE) {
            throw new AccessException(access.end(), access.why());
        }
    }
}
