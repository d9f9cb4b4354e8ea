// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.Target;
import org.ioregionfd.bench.figure.Unit;

/** Connect, handshake, one READ, close, and again: how many in a second. */
record ShortChannels() implements Measure<Target> {
    @Override
    public List<Column> columns() {
        return List.of(new Column("channels", "channels (connect, handshake, READ, close)", Unit.PER_SECOND));
    }

    @Override
    public List<Double> take(Target target, long nanos, Histogram into) throws IOException {
        long start = System.nanoTime();
        long now = start;
        long count = 0;
        while (now - start < nanos) {
            try (FastChannel channel = target.open()) {
                channel.roundTrips(target.command(), 1, into); // The first one takes longer than that.
            }
            now = System.nanoTime();
            count++;
        }
        return List.of(FastChannel.perSecond(count, now - start));
    }
}
