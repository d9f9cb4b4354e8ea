// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.LoadGenerator;
import org.ioregionfd.bench.figure.Unit;

/** One READ after the other: how long each takes; the middle, the tail, and the longest. */
record RoundTrips() implements Measure<LoadGenerator> {
    @Override
    public List<Column> columns() {
        return List.of(
                column("p50", "p50"),
                column("p90", "p90"),
                column("p99", "p99"),
                column("p999", "p99.9"),
                column("max", "longest"));
    }

    private static Column column(String id, String label) {
        return new Column("round-trip-" + id, "round trip, " + label, Unit.NANOS);
    }

    @Override
    public List<Double> take(LoadGenerator target, long nanos, Histogram into) throws IOException {
        Histogram latency = target.run(1, nanos).latency();
        into.add(latency);
        return List.of(
                (double) latency.getValueAtPercentile(50),
                (double) latency.getValueAtPercentile(90),
                (double) latency.getValueAtPercentile(99),
                (double) latency.getValueAtPercentile(99.9),
                (double) latency.getMaxValue());
    }
}
