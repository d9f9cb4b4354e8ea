// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import org.HdrHistogram.Histogram;

/** A KVM side, or its baseline, that makes the same access again and again on request. */
public interface LoadGenerator {
    /**
     * The result.
     *
     * @param perSecond how many accesses were answered in a second
     * @param latency how long each took; empty if that is not known
     */
    record Load(double perSecond, Histogram latency) {}

    /** Makes accesses for {@code nanos}, {@code depth} of them under way at a time. Throws an IOException if it cannot. */
    Load run(int depth, long nanos) throws IOException;

    /** {@code nanos} in milliseconds: at least one, because a run of 0 ms has no end. */
    static long millis(long nanos) {
        return Math.max(1, nanos / 1_000_000);
    }
}
