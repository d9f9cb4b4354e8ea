// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.Target;
import org.ioregionfd.bench.figure.Distribution;

/** One READ after the other: how long each takes. */
record RoundTrips() implements Measure<Target> {
    @Override
    public List<Column> columns() {
        return Percentiles.columns("round-trip", "round trip");
    }

    @Override
    public List<Double> take(Target target, long nanos, Histogram into) throws IOException {
        Histogram now = Distribution.newHistogram();
        try (FastChannel channel = target.open()) {
            channel.roundTrips(target.speech(), nanos, now);
        }
        into.add(now);
        return Percentiles.of(now);
    }
}
