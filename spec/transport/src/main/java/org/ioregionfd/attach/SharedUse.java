// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the users of something that any thread may close. It is released when the last user has left. The system gives out a
 * descriptor's number again as soon as it is closed, and a thread on its way into the kernel would then use the descriptor of
 * somebody else.
 */
final class SharedUse {
    /** The top bit; the rest counts users. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger state = new AtomicInteger();
    private final Runnable release;

    /** {@code release} is called once, by the last thread that leaves or closes. */
    SharedUse(Runnable release) {
        this.release = release;
    }

    void enter() throws ClosedChannelException {
        int before;
        do {
            before = state.get();
            if (before < 0) {
                throw new ClosedChannelException();
            }
        } while (!state.compareAndSet(before, before + 1));
    }

    void leave() {
        if (state.decrementAndGet() == CLOSED) {
            release.run();
        }
    }

    boolean isClosed() {
        return state.get() < 0;
    }

    /** Admits no further users. */
    void close() {
        if (state.getAndUpdate(before -> before | CLOSED) == 0) {
            release.run();
        }
    }
}
