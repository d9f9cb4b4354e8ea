// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ioregionfd.bench.client.FastChannel.Waiting;
import org.ioregionfd.bench.client.Opening;
import org.ioregionfd.bench.client.Target;
import org.ioregionfd.bench.client.Watchdog;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.host.Listener;

/** A device side, to which the suite is K. */
public final class DeviceBench {
    /** A device that answers its first HELLO later than that hangs. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

    private final BenchSettings settings;
    private final Echoes echoes;
    private final Consumer<String> progress;

    /** One bench for any number of devices, one after the other. */
    public DeviceBench(BenchSettings settings, Echoes echoes, Consumer<String> progress) {
        this.settings = settings;
        this.echoes = echoes;
        this.progress = progress;
    }

    /** Measures {@code device}. IOException: it does not do what is measured. */
    public Subject run(String id, String title, Listener device) throws IOException {
        Waiting waiting = settings.waiting();
        Path path = device.path();
        Rounds.Turns turns = waiting == Waiting.ASLEEP
                ? Rounds.Turns.OF_SLEEPERS
                : turn -> device.letRun(turn == Rounds.Turn.PEER ? Listener.Running.YES : Listener.Running.NO);
        try (Watchdog watchdog = new Watchdog()) {
            Opening opening = watchdog.watch(FIRST_ANSWER, () -> Opening.learn(path, waiting));
            Target target = Target.device(path, waiting, opening);
            List<String> remarks = new ArrayList<>(List.of("agreed: " + opening.inWords()));
            RoundTrips roundTrips = new RoundTrips();
            List<Measure<Target>> measures = new ArrayList<>(List.of(roundTrips));
            for (int depth : Window.DEPTHS) {
                if (depth <= opening.window()) {
                    measures.add(new Window(depth));
                } else {
                    remarks.add("window %d is not granted: max_inflight is %d".formatted(depth, opening.window()));
                }
            }
            measures.add(new Handshakes());
            measures.add(new ShortChannels());
            Target one = target.echoedBy(echoes.one());
            Target many = target.echoedBy(echoes.many());
            Rounds<Target> rounds = new Rounds<>(
                    settings, progress, watchdog, measure -> measure instanceof Window ? many : one, turns);
            rounds.run(title, target, device.process().stream().toList(), measures);
            return new Subject(
                    id,
                    title,
                    echoes.name(),
                    remarks,
                    rounds.figures(),
                    rounds.distributions(roundTrips, title, echoes.name()));
        }
    }
}
