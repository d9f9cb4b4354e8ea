// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.Request;

/**
 * Measures a KVM side behind a driver, with the suite's own D or with another device side.
 *
 * @param clients of its baselines
 */
public record KvmBench(Schedule schedule, Baselines<LoadGenerator> clients) {
    /** Measures {@code driver}, which was started for the socket of a listener: {@code device}, if that is a process. */
    public Subject run(String id, String title, LoadDriver driver, Optional<PeerProcess> device)
            throws IOException, NotAttached {
        Answer answer = driver.connect(
                Request.of("connect").with("policy", "require").with("max_inflight", FastChannel.WINDOW_MAX));
        int window = (int) answer.maxInflight().orElse(1);
        String features = answer.features().isEmpty() ? "none" : String.join(" ", answer.features());
        List<String> remarks = new ArrayList<>(List.of(
                "agreed: version %d, features %s, window %d"
                        .formatted(answer.version().orElse(0), features, window),
                "durations by the KVM side's own clock; a handshake costs a line of JSON here and is not measured"));
        List<Measure<? super LoadGenerator>> measures = new ArrayList<>(List.of(new Measure.RoundTrips()));
        measures.addAll(Measure.Window.upTo(window, "selected", remarks));
        List<PeerProcess> processes =
                Stream.concat(Stream.of(driver.process()), device.stream()).toList();
        Subject subject = new Rounds<LoadGenerator>(schedule, driver, clients, Optional.empty())
                .run(id, title, processes, measures, remarks);
        driver.close();
        return subject;
    }
}
