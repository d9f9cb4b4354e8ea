// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.figure.Unit;
import org.ioregionfd.bench.measure.LoadGenerator.Load;
import org.ioregionfd.bench.measure.Measure.Column;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;

/**
 * Measures out-of-order completion: four users of one channel, like vCPUs. One reads a register that takes a millisecond, and
 * three read fast registers. In version 1, in version 2 in order, and in version 2 out of order.
 */
public record OrderBench(Schedule schedule) {
    /** Of the mailbox that the reference device side serves. */
    private static final Access SLOW = new Access(1, 0x00, 3);

    private static final Access FAST = new Access(1, 0x08, 3);
    private static final int FAST_USERS = 3;

    /** A slow register answers a thousand times a second: less time than this gives no percentiles. */
    private static final long SLICE_NANOS_MIN = 100_000_000;

    /** An agreement to compare. */
    private enum Way {
        VERSION_1("version-1", "version 1", Request.of("connect").with("versions", List.of(1))),
        IN_ORDER(
                "in-order",
                "version 2 in order",
                Request.of("connect").with("features", List.of("POSTED_WRITES", "FENCE"))),
        OUT_OF_ORDER(
                "out-of-order",
                "version 2, OUT_OF_ORDER",
                Request.of("connect").with("require_features", List.of("OUT_OF_ORDER")));

        private final String id;
        private final String label;

        @SuppressWarnings("ImmutableEnumChecker") // a request is immutable, and its JSON is not shared
        private final Request connect;

        Way(String id, String label, Request connect) {
            this.id = id;
            this.label = label;
            this.connect = connect.with("policy", "require").with("deadline_ms", 10_000);
        }

        private List<Column> columns() {
            return List.of(
                    new Column("fast-" + id, label + ": fast READs", Unit.PER_SECOND),
                    new Column("fast-p99-" + id, label + ": fast READ, p99", Unit.NANOS),
                    new Column("slow-" + id, label + ": slow READs", Unit.PER_SECOND));
        }
    }

    /** Measures {@code driver}, which was started for the socket of a mailbox: {@code device}, if that is a process. */
    public Subject run(String id, String title, LoadDriver driver, Optional<PeerProcess> device)
            throws IOException, NotAttached {
        List<PeerProcess> processes =
                Stream.concat(Stream.of(driver.process()), device.stream()).toList();
        List<String> remarks = new ArrayList<>(List.of(
                "four threads on one channel: one READs a register that takes 1 ms, three READ one that does not",
                "beside each figure that of version 1"));
        Optional<String> restless = schedule.warmUp(title, processes, time -> {
            for (Way way : Way.values()) {
                take(driver, way, time.toNanos(), new Samples());
            }
        });
        Map<Way, Samples> taken = new EnumMap<>(Way.class);
        long nanos = Math.max(SLICE_NANOS_MIN, schedule.settings().slice().toNanos());
        schedule.rounds(title, round -> {
            for (Way way : Way.values()) {
                take(driver, way, nanos, taken.computeIfAbsent(way, key -> new Samples()));
            }
        });
        List<Figure> figures = new ArrayList<>();
        List<Distribution> distributions = new ArrayList<>();
        Samples first = Optional.ofNullable(taken.get(Way.VERSION_1)).orElseThrow();
        taken.forEach((way, samples) -> {
            figures.addAll(samples.figures(way.columns(), samples == first ? new Samples() : first));
            distributions.add(new Distribution(way.id, way.label, samples.nanos()));
        });
        restless.ifPresent(remarks::add);
        return new Subject(id, title, Way.VERSION_1.label, remarks, figures, distributions);
    }

    private static void take(LoadDriver driver, Way way, long nanos, Samples into) throws IOException, NotAttached {
        if (!driver.connect(way.connect).state().equals("open")) {
            throw new NotAttached("the driver does not agree to " + way.label);
        }
        int slow = driver.begin(SLOW, 1, nanos);
        List<Integer> users = new ArrayList<>();
        for (int i = 0; i < FAST_USERS; i++) {
            users.add(driver.begin(FAST, 1, nanos));
        }
        double perSecond = 0;
        Histogram fast = Distribution.newHistogram();
        for (int user : users) {
            Load load = driver.end(user);
            perSecond += load.perSecond();
            fast.add(load.latency());
        }
        into.nanos().add(fast);
        into.add(List.of(
                perSecond,
                (double) fast.getValueAtPercentile(99),
                driver.end(slow).perSecond()));
        driver.close();
    }
}
