// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.UnixPeer;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All Java code of the README is the class beside this one, which works and is short. */
@Timeout(30)
class ScratchTest {
    private static final String BEGINNING = "import ";
    private static final int LINES_MAX = 40;

    @Test
    void serves(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("socket");
        try (DeviceServer server = Scratch.serve(path.toString());
                UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(Kvm.write(Layout.INFO_WORD, 8, 7, 0, 0x8877665544332211L)).receive();
            assertEquals(
                    Kvm.response(0x4433),
                    peer.send(Kvm.read(Layout.INFO_WORD, 2, 7, 2)).receive());
            assertEquals(1, server.counters().channelsOpen());
        }
    }

    @Test
    void standsInTheReadme() throws IOException {
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        String source = Files.readString(module.resolve("src/test/java/org/ioregionfd/device/examples/Scratch.java"));
        String example = source.substring(source.indexOf(BEGINNING));
        String readme = Files.readString(module.resolve("README.md"));

        assertTrue(example.lines().count() <= LINES_MAX, example);
        assertEquals(List.of(example), found("(?s)```java\n(.*?)```", readme));
        String pom = Files.readString(module.resolve("../pom.xml"));
        assertEquals(
                Stream.of("revision", "netty.version", "slf4j.version")
                        .flatMap(name -> found("<" + name + ">(.*)</" + name + ">", pom).stream())
                        .toList(),
                found("<version>(.*)</version>", readme));
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
