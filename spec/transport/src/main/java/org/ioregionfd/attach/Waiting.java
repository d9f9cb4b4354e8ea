// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

/** How a thread waits for a channel. */
public enum Waiting {
    /** It sleeps until there is something to do. */
    BLOCK,
    /**
     * The same for a thread that nobody interrupts: it may sleep in the read or the write itself, a system call less, where an
     * interrupt would close the channel. {@link DirectChannel#heedInterrupts} ends that.
     */
    UNINTERRUPTED,
    /** It is told at once that there is nothing, and asks again: the shortest latency, for a whole processor. */
    BUSY_POLL;

    /** How many threads may poll at a time: each keeps a processor busy, and one is left for their peers, where there is one. */
    public static int pollersMax() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    }
}
