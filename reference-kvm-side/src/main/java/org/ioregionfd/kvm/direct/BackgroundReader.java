// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.direct;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads a channel while an answer is awaited for which no caller waits. Its daemon thread starts when it is first needed, and
 * ends after a while without use. Guarded by the core's hold.
 */
final class BackgroundReader {
    /** Of its threads. */
    static final String NAME = "ioregionfd-kvm-reader";

    /** Longer than the usual time between two uses of a channel, but too short to keep idle threads for nothing. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final DirectByteMover mover;
    private @Nullable Thread thread;

    BackgroundReader(DirectByteMover mover) {
        this.mover = mover;
    }

    /** Reads the channel from now on, until nothing is awaited any more. */
    void start() {
        if (thread == null) {
            Thread started = new Thread(this::run, NAME);
            started.setDaemon(true);
            thread = started;
            started.start();
        } else if (thread != Thread.currentThread()) {
            wake();
        }
    }

    /** Lets its thread look whether anything is left to do. */
    void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (mover.readInBackground(IDLE_NANOS)) {
            // this turn decides when the next one comes
        }
    }

    /** Its thread has looked for the last time. */
    void ended() {
        thread = null;
    }
}
