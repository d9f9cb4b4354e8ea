// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import org.jspecify.annotations.Nullable;

/** An access on its way: waiting, outstanding, or posted and not yet written. */
final class Pending<T> {
    final KvmCommand command;
    final T token;

    /** Where its command begins in the stream of all bytes sent; set when it was given out. */
    long position;

    long deadlineNanos;
    int tag;

    @Nullable
    Pending<T> earlier;

    @Nullable
    Pending<T> later;

    Pending(KvmCommand command, T token) {
        this.command = command;
        this.token = token;
    }
}
