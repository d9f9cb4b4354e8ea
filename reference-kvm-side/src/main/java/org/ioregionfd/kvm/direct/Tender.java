// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.direct;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks after a channel while something is awaited that no caller waits for. Its daemon thread is started when it is needed
 * first, and ends when it was not for a while. Guarded by the core's hold.
 */
final class Tender {
    /** Of its threads. */
    static final String NAME = "ioregionfd-kvm-tender";

    /** Longer than it takes to use a channel again, shorter than threads are worth keeping. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final DirectCarrier carrier;
    private @Nullable Thread thread;

    Tender(DirectCarrier carrier) {
        this.carrier = carrier;
    }

    /** Has the channel looked after, from now on until nothing is awaited any more. */
    void start() {
        if (thread == null) {
            Thread started = new Thread(this::run, NAME);
            started.setDaemon(true);
            thread = started;
            started.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    /** The channel is closed. */
    void end() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (carrier.tend(IDLE_NANOS) == DirectCarrier.Tending.GOES_ON) {
            // the next turn follows from what this one left
        }
    }

    /** Its thread has looked for the last time. */
    void left() {
        thread = null;
    }
}
