// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.direct;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads a channel while something is awaited that no caller waits for. Its daemon thread is started when it is needed
 * first, and ends when it was not for a while. Guarded by the core's hold.
 */
final class BackgroundReader {
    /** Of its threads. */
    static final String NAME = "ioregionfd-kvm-reader";

    /** Longer than it takes to use a channel again, shorter than threads are worth keeping. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final DirectByteMover mover;
    private @Nullable Thread thread;

    BackgroundReader(DirectByteMover mover) {
        this.mover = mover;
    }

    /** Has the channel read, from now on until nothing is awaited any more. */
    void start() {
        if (thread == null) {
            Thread started = new Thread(this::run, NAME);
            started.setDaemon(true);
            thread = started;
            started.start();
        } else {
            wake();
        }
    }

    /** Has its thread look whether anything is left to do. */
    void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (mover.readInBackground(IDLE_NANOS)) {
            // the next turn follows from what this one left
        }
    }

    /** Its thread has looked for the last time. */
    void ended() {
        thread = null;
    }
}
