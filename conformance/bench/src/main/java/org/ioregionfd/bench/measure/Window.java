// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.Target;
import org.ioregionfd.bench.figure.Unit;

/** READs with so many under way at a time: how many in a second. */
record Window(int depth) implements Measure<Target> {
    /** What is measured where it is granted. */
    static final List<Integer> DEPTHS = List.of(8, 32, FastChannel.WINDOW_MAX);

    @Override
    public List<Column> columns() {
        return List.of(new Column("window-" + depth, "READs, window " + depth, Unit.PER_SECOND));
    }

    @Override
    public List<Double> take(Target target, long nanos, Histogram into) throws IOException {
        try (FastChannel channel = target.open()) {
            return List.of(channel.pipelined(target.speech(), depth, nanos).perSecond());
        }
    }
}
