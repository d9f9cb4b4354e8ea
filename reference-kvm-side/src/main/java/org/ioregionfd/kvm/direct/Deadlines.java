// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.direct;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.ioregionfd.kvm.KvmHandshake;

/** The deadlines of all channels of a transport, on one daemon thread, which sleeps until the first of them. From any thread. */
final class Deadlines {
    private final Set<DirectByteMover> movers = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::run, "ioregionfd-kvm-deadlines");
    private volatile long wakeNanos = KvmHandshake.NO_DEADLINE;
    private volatile boolean stopped;

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    void add(DirectByteMover mover) {
        movers.add(mover);
    }

    void remove(DirectByteMover mover) {
        movers.remove(mover);
    }

    /** Sets a channel's deadline. Costs nothing if the thread looks before that time anyway. */
    void moved(long dueNanos) {
        if (dueNanos < wakeNanos) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!stopped) {
            // a thread that sets a deadline during this look wakes this thread again
            wakeNanos = KvmHandshake.NO_DEADLINE;
            long next = KvmHandshake.NO_DEADLINE;
            for (DirectByteMover mover : movers) {
                if (mover.dueNanos() <= System.nanoTime()) {
                    mover.deadlineReached();
                }
                next = Math.min(next, mover.dueNanos());
            }
            wakeNanos = next;
            if (next == KvmHandshake.NO_DEADLINE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, Math.max(1, next - System.nanoTime()));
            }
        }
    }
}
