// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Calls on their way to the state machine, as a list that any thread can add to without a lock or an object. The thread that
 * calls functions keeps what they add for itself at first: all of it joins the list at once.
 */
final class Arrivals {
    /** Each has the one before it as the next one. */
    private final AtomicReference<@Nullable Call> last = new AtomicReference<>();

    /** The thread that keeps what it adds. Each thread can only find itself here if it has put itself here. */
    private @Nullable Thread keeper;

    // Of the keeper: linked like the list.
    private @Nullable Call firstKept;
    private @Nullable Call lastKept;

    /** Whether any are in the list. */
    boolean areThere() {
        return last.get() != null;
    }

    /** Adds a call behind all others of this thread. A call for which a thread waits is not kept. */
    void add(Call call) {
        if (keeper == Thread.currentThread() && call instanceof FunctionCall) {
            keep(call);
        } else {
            releaseKept();
            join(call, call);
        }
    }

    /** From now on this thread keeps what it adds, until {@link #endKeeping}; no other thread keeps anything then. */
    void beginKeeping() {
        keeper = Thread.currentThread();
    }

    /** No thread keeps anything any more. */
    void endKeeping() {
        releaseKept();
        keeper = null;
    }

    /** What this thread has kept joins the list. */
    void releaseKept() {
        if (keeper == Thread.currentThread() && firstKept != null && lastKept != null) {
            join(firstKept, lastKept);
            firstKept = null;
            lastKept = null;
        }
    }

    /** Takes all of the list: gives the first, which leads to the others in the order in which they came. */
    @Nullable
    Call take() {
        Call first = null;
        for (Call call = last.getAndSet(null); call != null; ) {
            Call before = call.next;
            call.next = first;
            first = call;
            call = before;
        }
        return first;
    }

    private void keep(Call call) {
        if (firstKept == null) {
            firstKept = call;
        }
        call.next = lastKept;
        lastKept = call;
    }

    /** From one call to another, which leads to it. */
    private void join(Call from, Call to) {
        Call before;
        do {
            before = last.get();
            from.next = before;
        } while (!last.compareAndSet(before, to));
    }
}
