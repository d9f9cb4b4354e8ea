// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Unit;
import org.ioregionfd.bench.measure.Measure.Column;

/** A device with many channels: a few that always have a READ under way, and others that are idle. Confined to one thread. */
final class LoadedDevice implements AutoCloseable {
    /** The most that are busy. */
    static final int BUSY = 8;

    /** Among so many channels, other growth of the process does not matter. */
    private static final int MEMORY_COUNT_MIN = 100;

    /** The time to open ten thousand channels, or to measure a slice. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Schedule schedule;
    private final Listener device;
    private final int count;
    private final int busy;
    private final Target target;
    private final List<FastChannel> channels = new ArrayList<>();
    private final Samples samples = new Samples();
    private OptionalLong memoryBefore = OptionalLong.empty();
    private Optional<Double> bytesPerIdle = Optional.empty();

    /** Opens the busy channels among {@code count}. */
    LoadedDevice(Schedule schedule, Listener device, int count) throws IOException {
        this.schedule = schedule;
        this.device = device;
        this.count = count;
        this.busy = Math.min(count, BUSY);
        FastChannel.Waiting waiting = schedule.settings().waiting();
        PreparedHandshake handshake =
                schedule.watchdog().watch(PATIENCE, () -> PreparedHandshake.learn(device.path(), waiting));
        this.target = Target.device(device.path(), waiting, handshake);
        open(busy);
    }

    Listener device() {
        return device;
    }

    /** The results of the rounds. */
    Samples samples() {
        return samples;
    }

    /** Opens the idle ones. */
    void openIdle() throws IOException {
        memoryBefore = device.memory();
        open(count);
    }

    /** Looks at what the idle ones cost, when the device has had time to notice that they are idle. */
    void lookAtMemory() {
        OptionalLong after = device.memory();
        if (count >= MEMORY_COUNT_MIN && memoryBefore.isPresent() && after.isPresent()) {
            long each = (after.getAsLong() - memoryBefore.getAsLong()) / (count - busy);
            bytesPerIdle = Optional.of((double) each);
        }
    }

    private void open(int inAll) throws IOException {
        schedule.watchdog().watch(PATIENCE, () -> {
            while (channels.size() < inAll) {
                channels.add(target.open());
            }
            return inAll;
        });
    }

    /** For {@code time}: a READ on each busy channel, and then its response, one channel after the other. */
    void take(Duration time, Samples into) throws IOException {
        Histogram nanos = Distribution.newHistogram();
        double perSecond = schedule.watchdog().watch(time.plus(PATIENCE), () -> run(time.toNanos(), nanos));
        into.add(List.of((double) nanos.getValueAtPercentile(99), perSecond));
    }

    private double run(long nanos, Histogram into) throws IOException {
        long start = System.nanoTime();
        long now = start;
        long answered = 0;
        long[] begun = new long[busy];
        while (now - start < nanos) {
            for (int i = 0; i < begun.length; i++) {
                begun[i] = System.nanoTime();
                channels.get(i).sendOne(target.command());
            }
            for (int i = 0; i < begun.length; i++) {
                channels.get(i).receiveOne(target.command());
                now = System.nanoTime();
                into.recordValue(now - begun[i]);
            }
            answered += begun.length;
        }
        return FastChannel.perSecond(answered, now - start);
    }

    /** The figures; with idle channels, beside those of the busy channels {@code alone}. */
    List<Figure> figures(Samples alone) {
        String label = count == busy ? busy + " busy" : busy + " busy of " + count;
        String beside = "-beside-" + count;
        List<Column> columns = List.of(
                new Column("busy-p99" + beside, label + ": READ, p99", Unit.NANOS),
                new Column("busy" + beside, label + ": READs", Unit.PER_SECOND));
        List<Figure> figures = samples.figures(columns, count > BUSY ? alone : new Samples());
        String memory = label + ": memory for each idle one";
        bytesPerIdle.ifPresent(bytes -> figures.add(
                new Figure("memory" + beside, memory, Unit.BYTES, new Series(List.of(bytes)), Series.EMPTY)));
        return figures;
    }

    @Override
    public void close() throws IOException {
        for (FastChannel channel : channels) {
            channel.close();
        }
    }
}
