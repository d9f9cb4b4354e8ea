// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The sample captures, as the dissector shows them. */
class SamplesTest {
    private static final Path FOLDER = SpecFiles.SPEC.resolve(Samples.FOLDER);

    @Test
    void noOtherFileIsAmongTheSamples() throws IOException {
        assertEquals(new TreeSet<>(Samples.captures().keySet()), filesInFolder());
    }

    @Test
    @EnabledIf(value = Tshark.INSTALLED, disabledReason = Tshark.NOT_INSTALLED)
    void everyFrameIsOneLine() {
        Map<String, byte[]> captures = Samples.captures();
        assertShows(
                captures.get("handshakes.pcap"),
                "HELLO byte-fields attached to READ 32 bit 0x1+0x10, nonce 0x7",
                "OFFER value 0x0, versions 0 1 2 grease 25 30, features OUT_OF_ORDER FENCE grease 48 56, window 16",
                "SELECT version 9, features none, window 1 [SEL-013]",
                "ACCEPT version 1, features POSTED_WRITES, window 1",
                "REJECT VERSION_NOT_OFFERED: version 9",
                "ABORT NO_COMMON_VERSION: versions 1");
        assertShows(
                captures.get("version-0-byte-fields.pcap"),
                "WRITE 32 bit 0x1+0x10 data 0xdeadbeef",
                "RESPONSE data 0x0",
                "WRITE 8 bit 0x1+0x14 data 0x5a, posted",
                "READ 64 bit 0x1+0x10",
                "end of stream");
    }

    private static void assertShows(byte[] capture, String... lines) {
        List<String> shown = Tshark.run(capture).lines().toList();
        for (String line : lines) {
            assertTrue(shown.stream().anyMatch(packet -> packet.endsWith(" " + line)), line);
        }
    }

    private static Set<String> filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }
}
