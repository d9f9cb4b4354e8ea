// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.server.ServerFixture.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds only for event loops. */
@Timeout(30)
class NettyDeviceServerTest {
    @TempDir
    Path directory;

    /**
     * [CHN-011] Also if the peer reads nothing and its answers cannot be sent. A thread of the direct transport that waits
     * for room does not see the end of the stream before there is room.
     */
    @Test
    void closesThoughThePeerDoesNotTakeItsAnswers() throws IOException, InterruptedException {
        Path path = directory.resolve("socket");
        try (DeviceServer server = Transport.NETTY.open(ServerOptions.serving(ConformanceDevice.MODEL))) {
            server.listen(new UnixPath(path));
            try (UnixPeer peer = UnixPeer.connect(path)) {
                ServerStreamTest.sendUntilStuck(peer);
                assertEndsWith(peer, server);
            }
        }
    }

    /**
     * [CHN-011] Also if more bytes have come after an access that its device never completes. A thread that waits for a
     * device does not see the end of the stream after the bytes that fill its buffer.
     */
    @Test
    void closesThoughADeviceNeverCompletesItsAccessAndMuchWaitsBehindIt() throws IOException {
        Path path = directory.resolve("socket");
        DeviceModel never = DeviceModel.of(1, 0x1000, () -> DeviceAccess::defer);
        try (DeviceServer server = Transport.NETTY.open(ServerOptions.serving(never))) {
            server.listen(new UnixPath(path));
            try (UnixPeer peer = UnixPeer.connect(path)) {
                // As much as the kernel takes however little of it is read
                for (int i = 0; i < 200; i++) {
                    peer.send(ServerFixture.read(0));
                }
                assertEndsWith(peer, server);
            }
        }
    }

    private static void assertEndsWith(UnixPeer peer, DeviceServer server) throws IOException {
        long ended = System.nanoTime();
        peer.shutdownOutput();
        while (server.counters().channelsOpen() > 0) {
            Thread.onSpinWait();
        }
        long lastedNanos = System.nanoTime() - ended;
        assertTrue(lastedNanos < ServerFixture.SECOND_AND_REST_NANOS, lastedNanos + " ns");
    }

    @Test
    void saysThatPipesAreTheOtherTransportsBusiness() throws IOException {
        try (DeviceServer server = Transport.NETTY.open(ServerOptions.serving(ConformanceDevice.MODEL))) {
            IOException refusal = assertThrows(IOException.class, () -> server.serve(new DescriptorPair(0, 1)));
            assertTrue(refusal.getMessage().contains("the transport direct can"), refusal.getMessage());
            assertFalse(server.counters().channelsOpened() > 0);
        }
    }
}
