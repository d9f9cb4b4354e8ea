// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ioregionfd.bench.client.Caller;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.RunningDriver;
import org.ioregionfd.bench.client.Watchdog;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.Request;

/** A KVM side behind a driver, towards the suite's own D or towards another device side. */
public final class KvmBench {
    private final BenchSettings settings;
    private final Consumer<String> progress;

    /** One bench for any number of drivers, one after the other. */
    public KvmBench(BenchSettings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * What a driver is compared with.
     *
     * @param name of both, for a report
     * @param one a client of somebody who answers a frame at a time
     * @param many the same with all that is there at a time
     */
    public record Compared(String name, Caller one, Caller many) {}

    /** Measures {@code driver}, which was started for a socket on which somebody listens: {@code device}, where it is a process. */
    public Subject run(String id, String title, RunningDriver driver, Optional<PeerProcess> device, Compared compared)
            throws IOException, NotAttached {
        JsonObject channel = driver.connect(
                Request.of("connect").with("policy", "require").with("max_inflight", FastChannel.WINDOW_MAX));
        int window = channel.get("max_inflight").getAsInt();
        List<String> remarks = new ArrayList<>(List.of("agreed: version %s, features %s, window %d"
                .formatted(channel.get("version"), features(channel), window)));
        remarks.add("durations by the KVM side's own clock; a handshake costs a line of JSON here and is not measured");
        CallerRoundTrips roundTrips = new CallerRoundTrips();
        List<Measure<Caller>> measures = new ArrayList<>(List.of(roundTrips));
        for (int depth : Window.DEPTHS) {
            if (depth <= window) {
                measures.add(new CallerWindow(depth));
            } else {
                remarks.add("window %d is not selected: max_inflight is %d".formatted(depth, window));
            }
        }
        try (Watchdog watchdog = new Watchdog()) {
            Rounds<Caller> rounds = new Rounds<>(
                    settings,
                    progress,
                    watchdog,
                    measure -> measure instanceof CallerWindow ? compared.many() : compared.one(),
                    Rounds.Turns.OF_SLEEPERS);
            List<PeerProcess> processes =
                    Stream.concat(Stream.of(driver.process()), device.stream()).toList();
            rounds.run(title, driver, processes, measures);
            driver.close();
            return new Subject(
                    id,
                    title,
                    compared.name(),
                    remarks,
                    rounds.figures(),
                    rounds.distributions(roundTrips, title, compared.name()));
        }
    }

    private static String features(JsonObject channel) {
        List<String> names = new ArrayList<>();
        channel.getAsJsonArray("features").forEach(name -> names.add(name.getAsString()));
        return names.isEmpty() ? "none" : String.join(" ", names);
    }
}
