// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import org.jspecify.annotations.Nullable;

/**
 * Ends the wait of a channel's thread. It interrupts the thread only while that waits in a read of its channel; the read
 * notices this and loses no bytes. A device never sees an interrupt from here.
 */
final class WakeUp implements Runnable {
    // Guarded by this.
    private @Nullable Thread waiter;
    private boolean wakeUpDue;

    /** From any thread: ends the present wait, or prevents the next one. */
    @Override
    public synchronized void run() {
        wakeUpDue = true;
        Thread thread = waiter;
        if (thread != null) {
            thread.interrupt();
        }
        notifyAll();
    }

    /** The calling thread is about to read. False if it was woken up since its last wait. */
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

    /** Waits only for the wake-up. */
    synchronized void await() {
        try {
            while (!wakeUpDue) {
                wait();
            }
        } catch (InterruptedException e) {
            // No other interrupt of this thread has a meaning here; the channel goes on.
            wakeUpDue = true;
        }
        wakeUpDue = false;
    }
}
