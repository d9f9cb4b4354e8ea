// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.bench.measure.FastChannel.Waiting;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Duration WARM_UP = Duration.ofMillis(40);

    private final List<Duration> parts = new ArrayList<>();

    @Test
    void aPeerThatNeverRestsIsNamed() throws IOException, NotAttached {
        // On a busy machine the peer may get no time in one part of them.
        String remark = warmUp(Waiting.ASLEEP).orElse("");
        assertTrue(
                remark.matches(
                        "NOT AT REST: the peer or the suite still took processor time 1 s after [1-4] of 4 parts of the warm-up"),
                remark);
        assertEquals(
                List.of(WARM_UP.dividedBy(4), WARM_UP.dividedBy(4), WARM_UP.dividedBy(4), WARM_UP.dividedBy(4)), parts);
    }

    @Test
    void aPeerThatPollsIsNot() throws IOException, NotAttached {
        assertEquals(Optional.empty(), warmUp(Waiting.POLLING));
    }

    private Optional<String> warmUp(Waiting waiting) throws IOException, NotAttached {
        BenchSettings settings = new BenchSettings(3, Duration.ofMillis(1), WARM_UP, Duration.ofSeconds(1), waiting);
        PeerCommand command = new PeerCommand(List.of("sh", "-c", "while :; do :; done"));
        try (Watchdog watchdog = new Watchdog();
                PeerProcess worker =
                        PeerProcess.started(command, Path.of("unused")).ignoringOutput()) {
            return new Schedule(settings, step -> {}, watchdog).warmUp("worker", List.of(worker), parts::add);
        }
    }
}
