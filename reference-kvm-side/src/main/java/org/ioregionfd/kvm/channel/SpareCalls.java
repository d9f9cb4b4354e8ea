// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import org.jspecify.annotations.Nullable;

/** Calls of threads for the next use. Guarded by the core's hold. */
final class SpareCalls {
    /** About as many as vCPUs that may wait at a time. */
    private static final int COUNT_MAX = 256;

    private @Nullable Call first;
    private int count;

    /** An unused call. */
    Call take() {
        Call call = first;
        if (call == null) {
            return new Call();
        }
        first = call.next;
        count--;
        return call;
    }

    /** Takes back a call that ended with an answer. */
    void add(Call call) {
        if (count < COUNT_MAX) {
            call.next = first;
            first = call;
            count++;
        }
    }
}
