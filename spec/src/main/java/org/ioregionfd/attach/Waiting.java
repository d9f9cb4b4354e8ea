// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

/** How a thread waits for a channel. */
public enum Waiting {
    /** It sleeps until there is something to do. */
    BLOCK,
    /** It is told at once that there is nothing, and asks again: the shortest latency, for a whole processor. */
    BUSY_POLL
}
