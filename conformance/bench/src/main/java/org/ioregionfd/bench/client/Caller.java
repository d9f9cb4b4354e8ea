// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import java.io.IOException;
import org.HdrHistogram.Histogram;

/** A KVM side that makes the same access again and again when it is told to, and says how long that took. */
public interface Caller {
    /**
     * What it says.
     *
     * @param count how many accesses were answered
     * @param nanos from the beginning of the first to the end of the last
     * @param latency how long each took; empty where that is not told
     */
    record Ran(long count, long nanos, Histogram latency) {
        /** How many in a second. */
        public double perSecond() {
            return new FastChannel.Pace(count, nanos).perSecond();
        }
    }

    /** Makes accesses for {@code millis}, {@code depth} of them under way at a time. IOException: it cannot, or says why not. */
    Ran run(int depth, long millis) throws IOException;
}
