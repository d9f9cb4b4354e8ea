// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import org.HdrHistogram.Histogram;

/**
 * How long each of many accesses took.
 *
 * @param id the same in every run: letters, digits and hyphens
 * @param label in words
 * @param nanos all rounds together; not to be changed any more
 */
public record Distribution(String id, String label, Histogram nanos) {
    /** Three digits: one part in a thousand. */
    private static final int DIGITS = 3;

    /** Nothing yet. Durations of 1 ns and more; it grows as it needs to. */
    public static Histogram newHistogram() {
        return new Histogram(DIGITS);
    }
}
