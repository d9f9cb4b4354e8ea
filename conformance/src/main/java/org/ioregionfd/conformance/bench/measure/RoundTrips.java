// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.conformance.bench.client.FastChannel;
import org.ioregionfd.conformance.bench.client.Target;
import org.ioregionfd.conformance.bench.figure.Distribution;
import org.ioregionfd.conformance.bench.figure.Unit;
import org.ioregionfd.conformance.bench.host.Baseline;

/** One READ after the other: how long each takes. */
record RoundTrips(Baseline.Manner against) implements Measure {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("round-trip-p50", "round trip, p50", Unit.NANOS),
                new Column("round-trip-p90", "round trip, p90", Unit.NANOS),
                new Column("round-trip-p99", "round trip, p99", Unit.NANOS),
                new Column("round-trip-p999", "round trip, p99.9", Unit.NANOS),
                new Column("round-trip-max", "round trip, longest", Unit.NANOS));
    }

    @Override
    public List<Double> take(Target target, long nanos, Histogram into) throws IOException {
        Histogram now = Distribution.newHistogram();
        try (FastChannel channel = target.open()) {
            channel.roundTrips(target.speech(), nanos, now);
        }
        into.add(now);
        return List.of(
                (double) now.getValueAtPercentile(PERCENTILES[0]),
                (double) now.getValueAtPercentile(PERCENTILES[1]),
                (double) now.getValueAtPercentile(PERCENTILES[2]),
                (double) now.getValueAtPercentile(PERCENTILES[3]),
                (double) now.getMaxValue());
    }
}
