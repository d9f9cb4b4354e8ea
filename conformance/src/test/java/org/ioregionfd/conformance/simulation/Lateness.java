// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.SplittableRandom;

/**
 * Which accesses a device answers later, when, and with what. It is a function of the world and of how many accesses have
 * reached the device before, so that the device and its judge know the same without a call between them.
 *
 * @param latePercent of the accesses that reach the device
 * @param neverPercent of these, how many are not completed while the channel lives
 * @param salt of the world
 */
record Lateness(int latePercent, int neverPercent, long salt) {
    /** A device that answers at once. */
    static final Lateness NONE = new Lateness(0, 0, 0);

    /** It does not come by itself. */
    static final long NEVER = Long.MAX_VALUE;

    /** About as long as other accesses take, so that completions come between them in any order. */
    private static final int SHORT_NANOS = 30_000;

    /** So short that a whole window of accesses, one after the other, is done long before K's deadline. */
    private static final int LONG_NANOS = 1_000_000;

    private static final int PERCENT = 100;

    /** When an access completes. */
    enum When {
        AT_ONCE,
        /** It is deferred, and completed before the device has returned. */
        WITHIN_THE_CALL,
        LATER
    }

    /**
     * The fate of an access.
     *
     * @param delayNanos of one that completes later; or NEVER
     * @param faults whether one that completes later fails
     * @param value the value of a READ that completes later: unlike any other, so that an answer identifies it
     */
    record Fate(When when, long delayNanos, boolean faults, long value) {}

    private static final Fate AT_ONCE = new Fate(When.AT_ONCE, 0, false, 0);

    static Lateness of(Dice dice) {
        int late = dice.percent(45) ? 0 : dice.pick(4, 15, 40, 100);
        int never = dice.percent(80) ? 0 : dice.pick(3, 30);
        return new Lateness(late, late == 0 ? 0 : never, dice.anyLong());
    }

    boolean isPossible() {
        return latePercent > 0;
    }

    /** Whether all deferred accesses are completed in time. */
    boolean isPrompt() {
        return neverPercent == 0;
    }

    /** Of the access that is the n-th to reach the device. */
    Fate of(int number) {
        if (latePercent == 0) {
            return AT_ONCE;
        }
        SplittableRandom random = new SplittableRandom(salt + number);
        if (random.nextInt(PERCENT) >= latePercent) {
            return AT_ONCE;
        }
        When when = random.nextInt(PERCENT) < 10 ? When.WITHIN_THE_CALL : When.LATER;
        boolean never = random.nextInt(PERCENT) < neverPercent;
        long delayNanos = random.nextInt(random.nextInt(PERCENT) < 85 ? SHORT_NANOS : LONG_NANOS);
        return new Fate(when, never ? NEVER : delayNanos, random.nextInt(PERCENT) < 10, random.nextLong());
    }
}
