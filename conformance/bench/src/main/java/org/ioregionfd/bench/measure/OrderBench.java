// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.Caller;
import org.ioregionfd.bench.client.RunningDriver;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.figure.Unit;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;

/**
 * What out-of-order completion is for: four users of one channel, as vCPUs are, of whom one reads a register that takes a
 * millisecond and three read one that does not. In version 1, in version 2 in order, and in version 2 out of order.
 */
public final class OrderBench {
    /** Of the mailbox that the reference device side serves. */
    private static final Access SLOW = new Access(1, 0x00, 3);

    private static final Access FAST = new Access(1, 0x08, 3);
    private static final int FAST_USERS = 3;

    /** A slow register answers a thousand times a second: less time than this has no percentiles. */
    private static final long SLICE_MILLIS_MIN = 100;

    private final BenchSettings settings;
    private final Consumer<String> progress;

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

        @SuppressWarnings("ImmutableEnumChecker") // a request is immutable; what JSON is in it is nobody else's
        private final Request connect;

        Way(String id, String label, Request connect) {
            this.id = id;
            this.label = label;
            this.connect = connect.with("policy", "require").with("deadline_ms", 10_000);
        }
    }

    /** What came of one way. */
    private static final class Taken {
        private Series perSecond = Series.EMPTY;
        private Series p99 = Series.EMPTY;
        private Series slowPerSecond = Series.EMPTY;
        private final Histogram fast = Distribution.newHistogram();
    }

    /** A bench of one pair of peers. */
    public OrderBench(BenchSettings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Measures {@code driver}, which was started for the socket of a mailbox: {@code device}, where it is a process. */
    public Subject run(String id, String title, RunningDriver driver, Optional<PeerProcess> device)
            throws IOException, NotAttached {
        Map<Way, Taken> taken = new EnumMap<>(Way.class);
        progress.accept(title + ": warming up");
        List<PeerProcess> processes =
                Stream.concat(Stream.of(driver.process()), device.stream()).toList();
        WarmUp.run(settings, processes, time -> {
            for (Way way : Way.values()) {
                take(driver, way, CallerRoundTrips.millis(time.toNanos()), new Taken());
            }
        });
        for (Way way : Way.values()) {
            taken.put(way, new Taken());
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            progress.accept("%s: round %d of %d".formatted(title, round, settings.rounds()));
            for (Map.Entry<Way, Taken> way : taken.entrySet()) {
                long millis = Math.max(SLICE_MILLIS_MIN, settings.slice().toMillis());
                take(driver, way.getKey(), millis, way.getValue());
            }
        }
        return subject(id, title, taken);
    }

    private static Subject subject(String id, String title, Map<Way, Taken> taken) {
        List<Figure> figures = new ArrayList<>();
        List<Distribution> distributions = new ArrayList<>();
        Taken first = Optional.ofNullable(taken.get(Way.VERSION_1)).orElseThrow();
        taken.forEach((way, one) -> {
            boolean isFirst = one == first;
            figures.add(figure(
                    way,
                    "fast",
                    "fast READs",
                    Unit.PER_SECOND,
                    one.perSecond,
                    isFirst ? Series.EMPTY : first.perSecond));
            figures.add(
                    figure(way, "fast-p99", "fast READ, p99", Unit.NANOS, one.p99, isFirst ? Series.EMPTY : first.p99));
            figures.add(figure(
                    way,
                    "slow",
                    "slow READs",
                    Unit.PER_SECOND,
                    one.slowPerSecond,
                    isFirst ? Series.EMPTY : first.slowPerSecond));
            distributions.add(new Distribution(way.id, way.label, one.fast));
        });
        List<String> remarks = List.of(
                "four threads on one channel: one READs a register that takes 1 ms, three READ one that does not",
                "beside each figure that of version 1");
        return new Subject(id, title, Way.VERSION_1.label, remarks, figures, distributions);
    }

    private static Figure figure(Way way, String id, String label, Unit unit, Series peer, Series baseline) {
        return new Figure(id + "-" + way.id, way.label + ": " + label, unit, peer, baseline, Optional.empty());
    }

    private static void take(RunningDriver driver, Way way, long millis, Taken into) throws IOException, NotAttached {
        JsonObject channel = driver.connect(way.connect);
        if (!channel.get("state").getAsString().equals("open")) {
            throw new NotAttached("the driver does not agree to " + way.label);
        }
        int slow = driver.begin(SLOW, 1, millis);
        List<Integer> users = new ArrayList<>();
        for (int i = 0; i < FAST_USERS; i++) {
            users.add(driver.begin(FAST, 1, millis));
        }
        double perSecond = 0;
        Histogram fast = Distribution.newHistogram();
        for (int user : users) {
            Caller.Ran ran = driver.ran(user);
            perSecond += ran.perSecond();
            fast.add(ran.latency());
        }
        into.slowPerSecond = into.slowPerSecond.with(driver.ran(slow).perSecond());
        into.perSecond = into.perSecond.with(perSecond);
        into.p99 = into.p99.with((double) fast.getValueAtPercentile(99));
        into.fast.add(fast);
        driver.close();
    }
}
