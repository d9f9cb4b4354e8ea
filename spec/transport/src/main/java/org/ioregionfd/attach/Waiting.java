// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

/** How a thread waits for a channel. */
public enum Waiting {
    /** It sleeps until there is something to do. */
    BLOCK,
    /**
     * The same for a thread that nobody interrupts. It may sleep in the read or the write itself, which saves a system call;
     * but an interrupt would close the channel. {@link DirectChannel#heedInterrupts} ends that.
     */
    UNINTERRUPTED,
    /** It looks again and again without sleep: the shortest latency, at the cost of a whole processor. */
    BUSY_POLL;

    /**
     * How many threads may poll at a time. Each keeps a processor busy; one processor is left for their peers, if there is
     * more than one.
     */
    public static int pollersMax() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    }
}
