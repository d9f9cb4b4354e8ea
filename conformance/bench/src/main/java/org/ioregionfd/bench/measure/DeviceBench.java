// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.measure.FastChannel.Waiting;
import org.ioregionfd.conformance.peer.NotAttached;

/**
 * Measures device sides, with the suite as K: any number of them, one after the other.
 *
 * @param echoes where its baselines listen
 */
public record DeviceBench(Schedule schedule, Baselines<Path> echoes) {
    /** A device that answers its first HELLO later than this hangs. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

    /** Measures {@code device}. Throws an IOException if it does not do what is measured. */
    public Subject run(String id, String title, Listener device) throws IOException, NotAttached {
        Waiting waiting = schedule.settings().waiting();
        PreparedHandshake handshake =
                schedule.watchdog().watch(FIRST_ANSWER, () -> PreparedHandshake.learn(device.path(), waiting));
        Target target = Target.device(device.path(), waiting, handshake);
        List<String> remarks = new ArrayList<>(List.of("agreed: " + handshake.inWords()));
        List<Measure<? super Target>> measures = new ArrayList<>(List.of(new Measure.RoundTrips()));
        measures.addAll(Measure.Window.upTo(handshake.choice().maxInflight(), "granted", remarks));
        measures.addAll(List.of(new Measure.Handshakes(), new Measure.ShortChannels()));
        Optional<Listener> polling = Optional.of(device).filter(any -> waiting == Waiting.POLLING);
        return new Rounds<>(schedule, target, echoes.map(target::echoedBy), polling)
                .run(id, title, device.process().stream().toList(), measures, remarks);
    }
}
