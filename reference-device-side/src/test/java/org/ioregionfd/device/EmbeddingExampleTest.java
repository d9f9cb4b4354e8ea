// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.device.netty.DeviceServer;
import org.ioregionfd.device.netty.ServerOptions;
import org.ioregionfd.device.netty.UnixPeer;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's example is this class, and it works. */
@Timeout(30)
class EmbeddingExampleTest {
    // example begins
    /** One register of 8 bytes in the region with user_data 7. */
    static final class Scratch implements Device {
        private long value;

        @Override
        public long regionLength(long userData) {
            return userData == 7 ? 8 : NO_REGION;
        }

        @Override
        public void read(DeviceAccess access) {
            access.answer(value >>> (8 * access.offset()));
        }

        @Override
        public void write(DeviceAccess access) {
            value = access.data();
            access.done();
        }
    }

    static DeviceServer serve(Path path) throws IOException {
        DevicePolicy policy = DevicePolicy.DEFAULT.withMaxInflight(16);
        return DeviceServer.listen(path, ServerOptions.serving(Scratch::new).withPolicy(policy));
    }
    // example ends

    @Test
    void servesTheExample(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("socket");
        try (DeviceServer server = serve(path);
                UnixPeer peer = UnixPeer.connect(path)) {
            assertTrue(Files.exists(path), server::toString);
            peer.send(Kvm.write(Layout.INFO_WORD, 8, 7, 0, 0x8877665544332211L)).receive();
            assertEquals(
                    Kvm.response(0x4433),
                    peer.send(Kvm.read(Layout.INFO_WORD, 2, 7, 2)).receive());
        }
    }

    @Test
    void standsInTheReadme() throws IOException {
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        String source =
                Files.readString(module.resolve("src/test/java/org/ioregionfd/device/EmbeddingExampleTest.java"));
        String example = source.substring(
                source.indexOf("// example begins\n") + "// example begins\n".length(),
                source.indexOf("    // example ends\n"));

        String readme = Files.readString(module.resolve("README.md"));
        assertTrue(readme.contains(example.stripTrailing().stripIndent()), example);
    }
}
