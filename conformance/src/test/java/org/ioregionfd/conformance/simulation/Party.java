// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

/** One end of a channel. */
interface Party {
    /** No deadline runs. */
    long NEVER = Long.MAX_VALUE;

    /** Writes something, if there is something to write and room for it, and tells whether it did. */
    boolean write(long nowNanos);

    /** Reads something, if there is something to read, and tells whether it did. */
    boolean read(long nowNanos);

    long nextDeadlineNanos();

    void deadlineReached(long nowNanos);

    /** The user wants no more. */
    void finish(long nowNanos);

    boolean isClosed();
}
