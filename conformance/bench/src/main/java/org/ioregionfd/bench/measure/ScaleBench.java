// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.BusyChannels;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.Opening;
import org.ioregionfd.bench.client.Target;
import org.ioregionfd.bench.client.Watchdog;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.figure.Unit;
import org.ioregionfd.bench.host.Listener;
import org.ioregionfd.bench.host.Memory;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * One device process with 1, 10, 100 and 1000 channels, of which up to eight always have a READ under way: what a channel costs, and
 * what the idle ones cost the busy ones. A process for each number, so that all are measured in every round.
 */
public final class ScaleBench {
    private static final int BUSY = 8;

    /** The second is what the others are compared with: the busy channels alone. */
    private static final List<Integer> COUNTS = List.of(1, BUSY, 10, 100, 1000);

    /** What a process grows by anyway is lost among as many channels. */
    private static final int MEMORY_COUNT_MIN = 100;

    /** To open a thousand channels, or to measure a slice. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BenchSettings settings;
    private final Consumer<String> progress;

    /** Starts another device process of the same kind. */
    public interface Start {
        /** A process that has no channel yet. */
        Listener device() throws NotAttached;
    }

    /** What came of one number of channels. */
    private static final class Taken {
        private final Listener device;
        private final int count;
        private final BusyChannels channels;
        private Optional<Long> bytesPerChannel = Optional.empty();
        private Series perSecond = Series.EMPTY;
        private Series p99 = Series.EMPTY;

        Taken(Listener device, int count, BusyChannels channels) {
            this.device = device;
            this.count = count;
            this.channels = channels;
        }

        private int busy() {
            return Math.min(count, BUSY);
        }

        private void openIdle(Watchdog watchdog) throws IOException {
            OptionalLong before = memory(device);
            watchdog.watch(PATIENCE, () -> {
                channels.open(busy(), count);
                return count;
            });
            OptionalLong after = memory(device);
            if (count >= MEMORY_COUNT_MIN && before.isPresent() && after.isPresent()) {
                bytesPerChannel = Optional.of((after.getAsLong() - before.getAsLong()) / (count - busy()));
            }
        }
    }

    /** A bench of one kind of device. */
    public ScaleBench(BenchSettings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Measures devices that {@code start} starts. */
    public Subject run(String id, String title, Start start) throws IOException, NotAttached {
        List<Taken> all = new ArrayList<>();
        try (Watchdog watchdog = new Watchdog()) {
            for (int count : COUNTS) {
                all.add(open(start.device(), count, watchdog));
            }
            progress.accept(title + ": warming up");
            warmUp(all, watchdog);
            // What a process grows by when it warms up is no cost of a channel.
            for (Taken taken : all) {
                progress.accept("%s: opening %d channels".formatted(title, taken.count));
                taken.openIdle(watchdog);
            }
            progress.accept(title + ": warming up once more");
            warmUp(all, watchdog);
            for (int round = 1; round <= settings.rounds(); round++) {
                progress.accept("%s: round %d of %d".formatted(title, round, settings.rounds()));
                for (Taken taken : all) {
                    Histogram nanos = Distribution.newHistogram();
                    FastChannel.Pace pace = busy(taken.channels, settings.slice(), nanos, watchdog);
                    taken.perSecond = taken.perSecond.with(pace.perSecond());
                    taken.p99 = taken.p99.with((double) nanos.getValueAtPercentile(99));
                }
            }
        } finally {
            for (Taken taken : all) {
                taken.channels.close();
            }
        }
        return subject(id, title, all);
    }

    private Taken open(Listener device, int count, Watchdog watchdog) throws IOException {
        FastChannel.Waiting waiting = settings.waiting();
        Opening opening = watchdog.watch(PATIENCE, () -> Opening.learn(device.path(), waiting));
        BusyChannels channels = new BusyChannels(Target.device(device.path(), waiting, opening));
        Taken taken = new Taken(device, count, channels);
        watchdog.watch(PATIENCE, () -> {
            channels.open(taken.busy(), taken.busy());
            return taken;
        });
        return taken;
    }

    private void warmUp(List<Taken> all, Watchdog watchdog) throws IOException {
        List<PeerProcess> processes =
                all.stream().flatMap(taken -> taken.device.process().stream()).toList();
        WarmUp.run(settings, processes, time -> {
            for (Taken taken : all) {
                busy(taken.channels, time, Distribution.newHistogram(), watchdog);
            }
        });
    }

    private static FastChannel.Pace busy(BusyChannels channels, Duration time, Histogram into, Watchdog watchdog)
            throws IOException {
        return watchdog.watch(time.plus(PATIENCE), () -> channels.run(time.toNanos(), into));
    }

    private static OptionalLong memory(Listener device) {
        return device.process().isPresent() ? Memory.of(device.process().get().pid()) : OptionalLong.empty();
    }

    private static Subject subject(String id, String title, List<Taken> all) {
        Taken alone = all.get(COUNTS.indexOf(BUSY));
        List<Figure> figures = new ArrayList<>();
        for (Taken taken : all) {
            boolean isCompared = taken.count > BUSY;
            int busy = taken.busy();
            String label = taken.count == busy ? busy + " busy" : busy + " busy of " + taken.count;
            String beside = "-beside-" + taken.count;
            figures.add(new Figure(
                    "busy-p99" + beside,
                    label + ": READ, p99",
                    Unit.NANOS,
                    taken.p99,
                    isCompared ? alone.p99 : Series.EMPTY,
                    Optional.empty()));
            figures.add(new Figure(
                    "busy" + beside,
                    label + ": READs",
                    Unit.PER_SECOND,
                    taken.perSecond,
                    isCompared ? alone.perSecond : Series.EMPTY,
                    Optional.empty()));
            taken.bytesPerChannel.ifPresent(bytes -> figures.add(new Figure(
                    "memory" + beside,
                    label + ": memory for each idle one",
                    Unit.BYTES,
                    new Series(List.of((double) bytes)),
                    Series.EMPTY,
                    Optional.empty())));
        }
        List<String> remarks = List.of(
                "a busy channel always has a READ under way; an idle one is open and says nothing",
                "memory is what the process's share (Pss) grew by, stacks and all, divided by the idle channels",
                "a process for each number, all of them in every round",
                "warmed up twice, before and after the idle ones were opened");
        return new Subject(id, title, "eight busy channels alone", remarks, figures, List.of());
    }
}
