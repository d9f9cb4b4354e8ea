// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonArray;

/** How long many accesses took, counted in classes that are no wider than a sixty-fourth of their durations. Thread-safe. */
final class Durations {
    /** Classes to each power of two: 1.6 % wide at most, where annex A allows 2. */
    private static final int CLASSES_BITS = 6;

    private static final int CLASSES = 1 << CLASSES_BITS;

    /** Two to this many nanoseconds is 73 minutes: no access of a driver lives longer, and ten million classes are not needed. */
    private static final int POWER_MAX = 42;

    /** What annex A allows in one answer. */
    private static final int PAIRS_MAX = 1024;

    private final long[] counts = new long[(POWER_MAX - CLASSES_BITS + 1) * CLASSES];

    synchronized void add(long nanos) {
        counts[classOf(nanos)]++;
    }

    /** The pairs of annex A: the longest duration of a class and how many are in it. */
    synchronized JsonArray pairs() {
        JsonArray pairs = new JsonArray();
        long more = 0;
        for (int index = 0; index < counts.length; index++) {
            // What does not fit any more is counted with the longest.
            if (counts[index] > 0 && pairs.size() == PAIRS_MAX - 1 && isFollowed(index)) {
                more += counts[index];
            } else if (counts[index] > 0) {
                JsonArray pair = new JsonArray();
                pair.add(longestOf(index));
                pair.add(counts[index] + more);
                pairs.add(pair);
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

    private boolean isFollowed(int index) {
        for (int later = index + 1; later < counts.length; later++) {
            if (counts[later] > 0) {
                return true;
            }
        }
        return false;
    }
}
