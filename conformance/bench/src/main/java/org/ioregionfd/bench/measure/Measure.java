// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Unit;
import org.ioregionfd.bench.measure.PreparedHandshake.Steps;

/**
 * One activity for a while, and its numbers. Keeps nothing between two times.
 *
 * @param <T> the object of the activity
 */
interface Measure<T> {
    /**
     * One of the numbers.
     *
     * @param id the same in every run
     * @param label in words
     */
    record Column(String id, String label, Unit unit) {}

    /** What the numbers are. */
    List<Column> columns();

    /** Does it for {@code nanos}, adds single durations to {@code into} if it has any, and gives a number for each column. */
    List<Double> take(T target, long nanos, Histogram into) throws IOException;

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
            return List.of(
                    detached.getValueAtPercentile(MEDIAN) / read, attached.getValueAtPercentile(MEDIAN) / read - 1);
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
}
