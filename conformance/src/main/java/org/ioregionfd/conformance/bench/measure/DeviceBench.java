// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ioregionfd.conformance.bench.client.FastChannel.Waiting;
import org.ioregionfd.conformance.bench.client.Opening;
import org.ioregionfd.conformance.bench.client.Target;
import org.ioregionfd.conformance.bench.client.Watchdog;
import org.ioregionfd.conformance.bench.figure.Subject;
import org.ioregionfd.conformance.bench.host.Baseline;
import org.ioregionfd.conformance.bench.host.Baseline.Manner;
import org.ioregionfd.conformance.bench.host.Listener;
import org.ioregionfd.conformance.peer.NotAttached;

/** A device side, to which the suite is K. */
public final class DeviceBench {
    /** A device that answers its first HELLO later than that hangs. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

    private final BenchSettings settings;
    private final Baseline baseline;
    private final Progress progress;
    private final Map<Manner, Listener> echoes = new EnumMap<>(Manner.class);

    /** One bench for any number of devices, one after the other. */
    public DeviceBench(BenchSettings settings, Baseline baseline, Progress progress) {
        this.settings = settings;
        this.baseline = baseline;
        this.progress = progress;
    }

    /** Measures the device behind {@code device}. IOException: it does not do what is measured. */
    public Subject run(String id, String title, Listener device) throws IOException, NotAttached {
        Waiting waiting = settings.waiting();
        Manner one = waiting == Waiting.POLLING ? Manner.SPIN : Manner.ONE;
        Manner many = waiting == Waiting.POLLING ? Manner.SPIN : Manner.MANY;
        for (Manner manner : List.of(one, many)) {
            if (!echoes.containsKey(manner)) {
                echoes.put(manner, baseline.start(manner));
            }
        }
        try (Watchdog watchdog = new Watchdog()) {
            Path path = device.path();
            Opening opening = watchdog.watch(FIRST_ANSWER, () -> Opening.learn(path, waiting));
            Target target = Target.device(path, waiting, opening);
            List<String> remarks = new ArrayList<>(List.of("agreed: " + opening.inWords()));
            RoundTrips roundTrips = new RoundTrips(one);
            List<Measure> measures = new ArrayList<>(List.of(roundTrips));
            for (int depth : Window.DEPTHS) {
                if (depth <= opening.window()) {
                    measures.add(new Window(depth, many));
                } else {
                    remarks.add("window %d is not granted: max_inflight is %d".formatted(depth, opening.window()));
                }
            }
            measures.add(new Handshakes(one));
            measures.add(new ShortChannels(one));
            Rounds rounds = new Rounds(settings, progress, watchdog, (peer, measure) -> peer.echoedBy(echo(measure)));
            rounds.run(title, target, measures);
            return new Subject(
                    id,
                    title,
                    baseline.name(),
                    remarks,
                    rounds.figures(),
                    rounds.distributions(roundTrips, title, baseline.name()));
        }
    }

    private Path echo(Measure measure) throws IOException {
        Listener listener = echoes.get(measure.against());
        if (listener == null) {
            throw new IOException("no baseline " + measure.against());
        }
        return listener.path();
    }
}
