// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.LoadGenerator;
import org.ioregionfd.bench.figure.Unit;

/** READs with so many under way at a time: how many in a second. */
record Window(int depth) implements Measure<LoadGenerator> {
    private static final List<Integer> DEPTHS = List.of(8, 32, FastChannel.WINDOW_MAX);

    /** The windows that fit into {@code window}, to which the peer has {@code agreed}; each of the others gives a remark. */
    static List<Window> upTo(int window, String agreed, List<String> remarks) {
        List<Window> windows = new ArrayList<>();
        for (int depth : DEPTHS) {
            if (depth <= window) {
                windows.add(new Window(depth));
            } else {
                remarks.add("window %d is not %s: max_inflight is %d".formatted(depth, agreed, window));
            }
        }
        return windows;
    }

    @Override
    public List<Column> columns() {
        return List.of(new Column("window-" + depth, "READs, window " + depth, Unit.PER_SECOND));
    }

    @Override
    public List<Double> take(LoadGenerator target, long nanos, Histogram into) throws IOException {
        return List.of(target.run(depth, nanos).perSecond());
    }
}
