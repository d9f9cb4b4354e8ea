// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.junit.jupiter.api.Test;

class IdleCheckTest {
    @Test
    void whoSleepsIsAtRest() throws IOException {
        try (PeerProcess sleeper = start("exec sleep 60")) {
            // what this program itself still compiles comes to its end
            assertTrue(IdleCheck.await(List.of(sleeper), Duration.ofSeconds(60)));
        }
    }

    @Test
    void whoWorksIsNotNorIsWhoHasHadItDone() throws IOException {
        try (PeerProcess worker = start("while :; do :; done");
                PeerProcess parent = start("sh -c 'while :; do :; done'; true")) {
            assertFalse(IdleCheck.await(List.of(worker), Duration.ofMillis(500)));
            assertFalse(IdleCheck.await(List.of(parent), Duration.ofMillis(500)));
        }
    }

    private static PeerProcess start(String script) throws IOException {
        return PeerProcess.started(new PeerCommand(List.of("sh", "-c", script)), Path.of("unused"))
                .ignoringOutput();
    }
}
