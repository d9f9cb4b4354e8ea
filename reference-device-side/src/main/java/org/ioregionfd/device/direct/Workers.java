// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import java.util.ArrayDeque;

/** The workers of a server that are free, for the next channels. For any thread. */
final class Workers {
    /** Some for channels that come and go; those of a rush are not kept. */
    private static final int FREE_MAX = 16;

    // Guarded by this.
    private final ArrayDeque<Worker> free = new ArrayDeque<>();
    private boolean closed;

    Worker take() {
        Worker worker;
        synchronized (this) {
            worker = free.poll();
        }
        return worker == null ? new Worker() : worker;
    }

    /** It waits for no channel. */
    void giveBack(Worker worker) {
        synchronized (this) {
            if (!closed && free.size() < FREE_MAX) {
                free.push(worker);
                return;
            }
        }
        worker.release();
    }

    synchronized void close() {
        closed = true;
        free.forEach(Worker::release);
        free.clear();
    }
}
