// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.Caller;
import org.ioregionfd.bench.figure.Unit;

/** READs made by a KVM side with so many under way at a time: how many in a second. */
record CallerWindow(int depth) implements Measure<Caller> {
    @Override
    public List<Column> columns() {
        return List.of(new Column("window-" + depth, "READs, window " + depth, Unit.PER_SECOND));
    }

    @Override
    public List<Double> take(Caller caller, long nanos, Histogram into) throws IOException {
        return List.of(caller.run(depth, CallerRoundTrips.millis(nanos)).perSecond());
    }
}
