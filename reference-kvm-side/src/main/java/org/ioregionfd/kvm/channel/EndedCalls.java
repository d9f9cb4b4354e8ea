// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls that have ended: those whose functions are to be called, in the order in which they ended, and the thread to be woken.
 * Guarded by the core's hold.
 */
final class EndedCalls {
    private @Nullable FunctionCall first;
    private @Nullable FunctionCall last;

    /** It is woken outside of the lock, because it needs the lock first. */
    private @Nullable Thread toWake;

    /** Whether there are functions to be called. */
    boolean areThere() {
        return first != null;
    }

    void end(Call call) {
        if (call instanceof FunctionCall function) {
            add(function);
            return;
        }
        call.end();
        Thread caller = call.caller();
        if (caller != Thread.currentThread()) {
            // mostly one; others are woken at once
            LockSupport.unpark(toWake);
            toWake = caller;
        }
    }

    private void add(FunctionCall call) {
        call.endedNext = null;
        if (last == null) {
            first = call;
        } else {
            last.endedNext = call;
        }
        last = call;
    }

    /** Takes all with a function: gives the first, which leads to the others. */
    @Nullable
    FunctionCall take() {
        FunctionCall all = first;
        first = null;
        last = null;
        return all;
    }

    /** Takes the thread to be woken, if there is one. */
    @Nullable
    Thread takeThread() {
        Thread woken = toWake;
        toWake = null;
        return woken;
    }
}
