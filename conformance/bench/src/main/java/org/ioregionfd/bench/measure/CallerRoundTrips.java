// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.Caller;

/** One READ after the other, made by a KVM side: how long each takes, by its own clock. */
record CallerRoundTrips() implements Measure<Caller> {
    @Override
    public List<Column> columns() {
        return Percentiles.columns("round-trip", "round trip");
    }

    @Override
    public List<Double> take(Caller caller, long nanos, Histogram into) throws IOException {
        Histogram latency = caller.run(1, millis(nanos)).latency();
        into.add(latency);
        return Percentiles.of(latency);
    }

    /** At least one: a run of none has no end. */
    static long millis(long nanos) {
        return Math.max(1, nanos / 1_000_000);
    }
}
