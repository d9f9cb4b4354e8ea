// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.PreparedHandshake.Steps;
import org.ioregionfd.bench.client.Target;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Unit;

/**
 * The time of a handshake, in round trips of the same socket, from the HELLO to the ACCEPT: with a detached HELLO, and with
 * an attached one minus its READ. The channel has seen a HELLO before, so that its set-up is not included.
 */
record Handshakes() implements Measure<Target> {
    /** READs on each socket, for their median. */
    private static final int READS_NANOS = 400_000;

    private static final double MEDIAN = 50;

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("handshake-detached", "detached handshake", Unit.ROUND_TRIPS),
                new Column("handshake-attached-extra", "attached handshake, beyond its READ", Unit.ROUND_TRIPS));
    }

    @Override
    public List<Double> take(Target target, long nanos, Histogram into) throws IOException {
        Histogram detached = Distribution.newHistogram();
        Histogram attached = Distribution.newHistogram();
        Histogram reads = Distribution.newHistogram();
        long start = System.nanoTime();
        do {
            once(target, target.handshake().detached(), detached, reads);
            once(target, target.handshake().attached(), attached, reads);
        } while (System.nanoTime() - start < nanos);
        double read = reads.getValueAtPercentile(MEDIAN);
        return List.of(detached.getValueAtPercentile(MEDIAN) / read, attached.getValueAtPercentile(MEDIAN) / read - 1);
    }

    private static void once(Target target, Steps steps, Histogram handshakes, Histogram reads) throws IOException {
        try (FastChannel channel = target.connect()) {
            target.handshake().detached().greet(channel);
            long start = System.nanoTime();
            steps.run(channel);
            handshakes.recordValue(System.nanoTime() - start);
            channel.roundTrips(target.command(), READS_NANOS, reads);
        }
    }
}
