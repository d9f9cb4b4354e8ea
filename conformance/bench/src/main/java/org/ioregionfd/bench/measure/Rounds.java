// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * Takes every measure in every round, on the peer and on the baseline one right after the other, with each first by turns, so
 * that other work of the machine affects both.
 *
 * @param <T> as what the peer is measured
 * @param peer the measured peer
 * @param polling the peer that is stopped while the baseline is measured, because two polling ends would disturb each other
 */
record Rounds<T extends LoadGenerator>(
        Schedule schedule, T peer, Baselines<? extends T> baselines, Optional<Listener> polling) {
    /** After its time a slice only waits for answers; a peer that gives none for so long hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Of the warm-up, as a fraction: a program in C has nothing to compile. */
    private static final int BASELINE_SHARE = 8;

    /** The result of one measure. */
    private record Taken(Samples peer, Samples baseline) {}

    /**
     * Warms up and waits until {@code processes} rest, then takes the {@code measures} in as many rounds as the settings have. The
     * durations of the first measure make the distributions.
     */
    Subject run(
            String id,
            String title,
            List<PeerProcess> processes,
            List<Measure<? super T>> measures,
            List<String> remarks)
            throws IOException, NotAttached {
        Optional<String> restless = schedule.warmUp(title, processes, time -> {
            for (Measure<? super T> measure : measures) {
                baseline(measure, time.dividedBy(BASELINE_SHARE), new Samples());
                peer(measure, time, new Samples());
            }
        });
        Map<Measure<? super T>, Taken> taken = new LinkedHashMap<>();
        measures.forEach(measure -> taken.put(measure, new Taken(new Samples(), new Samples())));
        Duration slice = schedule.settings().slice();
        schedule.rounds(title, round -> {
            for (Map.Entry<Measure<? super T>, Taken> entry : taken.entrySet()) {
                if (round % 2 == 0) {
                    baseline(entry.getKey(), slice, entry.getValue().baseline);
                    peer(entry.getKey(), slice, entry.getValue().peer);
                } else {
                    peer(entry.getKey(), slice, entry.getValue().peer);
                    baseline(entry.getKey(), slice, entry.getValue().baseline);
                }
            }
        });
        List<Figure> figures = new ArrayList<>();
        taken.forEach((measure, of) -> figures.addAll(of.peer.figures(measure.columns(), of.baseline)));
        Taken first = taken.values().iterator().next();
        List<Distribution> distributions = List.of(
                new Distribution("peer", title, first.peer.nanos()),
                new Distribution("baseline", baselines.name(), first.baseline.nanos()));
        List<String> all = Stream.concat(remarks.stream(), restless.stream()).toList();
        return new Subject(id, title, baselines.name(), all, figures, distributions);
    }

    private void peer(Measure<? super T> measure, Duration time, Samples into) throws IOException {
        if (polling.isPresent()) {
            polling.get().goOn();
        }
        take(measure, peer, time, into);
    }

    private void baseline(Measure<? super T> measure, Duration time, Samples into) throws IOException {
        if (polling.isPresent()) {
            polling.get().standStill();
        }
        take(measure, measure instanceof Measure.Window ? baselines.many() : baselines.one(), time, into);
    }

    private void take(Measure<? super T> measure, T from, Duration time, Samples into) throws IOException {
        into.add(
                schedule.watchdog().watch(time.plus(PATIENCE), () -> measure.take(from, time.toNanos(), into.nanos())));
    }
}
