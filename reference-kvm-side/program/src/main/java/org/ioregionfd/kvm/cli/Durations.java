// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonArray;
import java.util.stream.IntStream;

/** How long many accesses took, counted in classes that are no wider than a sixty-fourth of their durations. For one thread at a time. */
final class Durations {
    /** Classes to each power of two: 1.6 % wide at most, where annex A allows 2. */
    private static final int CLASSES_BITS = 6;

    private static final int CLASSES = 1 << CLASSES_BITS;

    /** Two to the power of this, in nanoseconds, is 73 minutes: no access of a driver lasts longer. */
    private static final int POWER_MAX = 42;

    /** The number of pairs that annex A allows in one answer. */
    private static final int PAIRS_MAX = 1024;

    private final long[] counts = new long[(POWER_MAX - CLASSES_BITS + 1) * CLASSES];

    void add(long nanos) {
        counts[classOf(nanos)]++;
    }

    /** The pairs of annex A: the longest duration of a class and how many are in it. */
    JsonArray pairs() {
        int[] used = IntStream.range(0, counts.length)
                .filter(index -> counts[index] > 0)
                .toArray();
        JsonArray pairs = new JsonArray();
        long more = 0;
        for (int i = 0; i < used.length; i++) {
            // Durations that do not fit any more are counted with the longest.
            more += counts[used[i]];
            if (i < PAIRS_MAX - 1 || i == used.length - 1) {
                JsonArray pair = new JsonArray();
                pair.add(longestOf(used[i]));
                pair.add(more);
                pairs.add(pair);
                more = 0;
            }
        }
        return pairs;
    }

    static int classOf(long nanos) {
        long within = Math.max(0, Math.min(nanos, (1L << POWER_MAX) - 1));
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(within) - CLASSES_BITS - 1);
        return shift * CLASSES + (int) (within >>> shift);
    }

    static long longestOf(int index) {
        if (index < 2 * CLASSES) {
            return index;
        }
        int shift = index / CLASSES - 1;
        return ((index - (long) shift * CLASSES + 1) << shift) - 1;
    }
}
