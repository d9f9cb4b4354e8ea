// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.kvm.ScriptedPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadRegisterTest {
    private static final int LINES_MAX = 30;

    @Test
    void doesWhatTheReadmeSays(@TempDir Path directory) throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
            p.handshake(0x42);
            p.drain();
        })) {
            assertEquals(
                    "42, version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 16",
                    ReadRegister.readRegister(peer.path()));
        }
    }

    @Test
    void tellsWhatIsKnownOfAnAccessThatWasNotAnswered(@TempDir Path directory) throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, ScriptedPeer::frame)) {
            assertEquals(
                    "may have been executed: the peer closed the channel (state hello-sent)",
                    ReadRegister.readRegister(peer.path()));
        }
    }

    @Test
    void standsInTheReadme() throws IOException {
        String source = Files.readString(Path.of("src/test/java/org/ioregionfd/kvm/examples/ReadRegister.java"));
        String shown = source.substring(source.indexOf("import java.io"));
        assertTrue(shown.lines().count() <= LINES_MAX, "the example is too long");
        assertTrue(Files.readString(Path.of("README.md")).contains(shown), "the README shows another example");
    }
}
