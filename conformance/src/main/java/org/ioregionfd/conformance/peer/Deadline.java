// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.time.Duration;

/** A point in time that a wait may not pass. */
public final class Deadline {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    /** {@code wait} from now on. */
    public static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos());
    }

    /** Whether it has passed. */
    public boolean isOver() {
        return endNanos - System.nanoTime() <= 0;
    }

    /** Time left in ms, rounded up, never less than 1: what a wait that means 0 as "for ever" can be given. */
    public long millisLeft() {
        return Math.max(1, (endNanos - System.nanoTime() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }
}
