// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Calls on their way to the state machine, as a list that any thread can add to without a lock or an object. */
final class Arrivals {
    /** Each has the one before it as the next one. */
    private final AtomicReference<@Nullable Call> last = new AtomicReference<>();

    boolean areThere() {
        return last.get() != null;
    }

    void add(Call call) {
        Call before;
        do {
            before = last.get();
            call.next = before;
        } while (!last.compareAndSet(before, call));
    }

    /** Takes all: gives the first, which leads to the others in the order in which they came. */
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
}
