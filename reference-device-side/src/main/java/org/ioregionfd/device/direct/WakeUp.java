// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import org.jspecify.annotations.Nullable;

/**
 * Gets the thread of a channel out of its wait. It is interrupted only while it waits in a read of its channel, which hears
 * that and loses nothing by it; a device that it calls never sees an interrupt from here.
 */
final class WakeUp implements Runnable {
    // Guarded by this.
    private @Nullable Thread waiter;
    private boolean wakeUpDue;

    /** From any thread: the wait that is going on comes to its end, or the next one does not begin. */
    @Override
    public synchronized void run() {
        wakeUpDue = true;
        Thread thread = waiter;
        if (thread != null) {
            thread.interrupt();
        }
        notifyAll();
    }

    /** The calling thread is about to read; not if it has been woken up since it waited last. */
    synchronized boolean begin() {
        if (wakeUpDue) {
            wakeUpDue = false;
            return false;
        }
        waiter = Thread.currentThread();
        return true;
    }

    /** The read is over, however it ended; the thread is not interrupted any more. */
    synchronized void end() {
        waiter = null;
        if (wakeUpDue) {
            wakeUpDue = false;
            Thread.interrupted();
        }
    }

    /** Waits for nothing but to be woken up. */
    synchronized void await() {
        try {
            while (!wakeUpDue) {
                wait();
            }
        } catch (InterruptedException e) {
            // Nobody else interrupts this thread with a meaning that is known here; the channel goes on.
            wakeUpDue = true;
        }
        wakeUpDue = false;
    }
}
