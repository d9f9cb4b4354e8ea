// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import java.io.IOException;
import org.HdrHistogram.Histogram;

/** A KVM side, or what stands in its place, that makes the same access again and again when it is told to. */
public interface LoadGenerator {
    /**
     * What came of it.
     *
     * @param perSecond how many accesses were answered in a second
     * @param latency how long each took; empty where that is not told
     */
    record Load(double perSecond, Histogram latency) {}

    /** Makes accesses for {@code nanos}, {@code depth} of them under way at a time. IOException: it cannot, or says why not. */
    Load run(int depth, long nanos) throws IOException;

    /** {@code nanos} for who counts in milliseconds: at least one, since a run of none has no end. */
    static long millis(long nanos) {
        return Math.max(1, nanos / 1_000_000);
    }
}
