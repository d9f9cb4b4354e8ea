// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import org.jspecify.annotations.Nullable;

/** Calls whose functions are to be called, in the order in which they ended. Guarded by the core's hold. */
final class EndedCalls {
    private @Nullable Call first;
    private @Nullable Call last;

    boolean areThere() {
        return first != null;
    }

    void add(Call call) {
        call.next = null;
        if (last == null) {
            first = call;
        } else {
            last.next = call;
        }
        last = call;
    }

    /** Takes all: gives the first, which leads to the others. */
    @Nullable
    Call take() {
        Call all = first;
        first = null;
        last = null;
        return all;
    }
}
