// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.Watchdog;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * Takes every measure in every round, on the peer and on the baseline right after each other, who is first by turns: what else
 * the machine does meanwhile falls on both. Confined to one thread.
 *
 * @param <T> who is measured
 */
final class Rounds<T> {
    /** Beyond its time a slice only waits for answers: so long without one, and the peer hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Of the warm-up, as a fraction: a program in C has nothing to compile. */
    private static final int BASELINE_SHARE = 8;

    private final BenchSettings settings;
    private final Consumer<String> progress;
    private final Watchdog watchdog;
    private final Function<Measure<T>, T> baselines;
    private final Turns turns;
    private final Map<Measure<T>, Taken> taken = new LinkedHashMap<>();

    /** Who is told whose turn it is: two ends that poll on one processor would be in each other's way. */
    interface Turns {
        /** The other end of both may run. */
        Turns OF_SLEEPERS = turn -> {};

        /** The peer is measured next, or the baseline. */
        void next(Turn turn) throws IOException;
    }

    /** Whose turn it is. */
    enum Turn {
        PEER,
        BASELINE
    }

    /** What came of one measure. */
    private static final class Taken {
        private final List<Series> peer = new ArrayList<>();
        private final List<Series> baseline = new ArrayList<>();
        private final Histogram peerNanos = Distribution.newHistogram();
        private final Histogram baselineNanos = Distribution.newHistogram();
    }

    /** {@code baselines} says who stands in the peer's place for a measure. */
    Rounds(
            BenchSettings settings,
            Consumer<String> progress,
            Watchdog watchdog,
            Function<Measure<T>, T> baselines,
            Turns turns) {
        this.settings = settings;
        this.progress = progress;
        this.watchdog = watchdog;
        this.baselines = baselines;
        this.turns = turns;
    }

    /** Warms up and waits until {@code processes} rest, then takes {@code measures} in as many rounds as the settings have. */
    void run(String name, T peer, List<PeerProcess> processes, List<Measure<T>> measures) throws IOException {
        progress.accept(name + ": warming up");
        Histogram dropped = Distribution.newHistogram();
        WarmUp.run(settings, processes, time -> {
            for (Measure<T> measure : measures) {
                Duration baselineTime = time.dividedBy(BASELINE_SHARE);
                take(Turn.BASELINE, measure, baselines.apply(measure), baselineTime, dropped);
                take(Turn.PEER, measure, peer, time, dropped);
            }
        });
        for (int round = 1; round <= settings.rounds(); round++) {
            progress.accept("%s: round %d of %d".formatted(name, round, settings.rounds()));
            for (Measure<T> measure : measures) {
                Taken into = taken.computeIfAbsent(measure, key -> new Taken());
                T echo = baselines.apply(measure);
                if (round % 2 == 0) {
                    add(into.baseline, take(Turn.BASELINE, measure, echo, settings.slice(), into.baselineNanos));
                    add(into.peer, take(Turn.PEER, measure, peer, settings.slice(), into.peerNanos));
                } else {
                    add(into.peer, take(Turn.PEER, measure, peer, settings.slice(), into.peerNanos));
                    add(into.baseline, take(Turn.BASELINE, measure, echo, settings.slice(), into.baselineNanos));
                }
            }
        }
    }

    /** All numbers, in the order of the measures. */
    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        taken.forEach((measure, numbers) -> {
            for (int i = 0; i < measure.columns().size(); i++) {
                Measure.Column column = measure.columns().get(i);
                figures.add(new Figure(
                        column.id(),
                        column.label(),
                        column.unit(),
                        numbers.peer.get(i),
                        numbers.baseline.get(i),
                        Optional.empty()));
            }
        });
        return figures;
    }

    /** How the single durations of {@code measure} are distributed, of the peer and of the baseline. */
    List<Distribution> distributions(Measure<T> measure, String peer, String baseline) {
        Taken numbers = Optional.ofNullable(taken.get(measure)).orElseThrow();
        return List.of(
                new Distribution("peer", peer, numbers.peerNanos),
                new Distribution("baseline", baseline, numbers.baselineNanos));
    }

    private List<Double> take(Turn turn, Measure<T> measure, T target, Duration time, Histogram into)
            throws IOException {
        turns.next(turn);
        return watchdog.watch(time.plus(PATIENCE), () -> measure.take(target, time.toNanos(), into));
    }

    private static void add(List<Series> to, List<Double> numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            if (to.size() == i) {
                to.add(Series.EMPTY);
            }
            to.set(i, to.get(i).with(numbers.get(i)));
        }
    }
}
