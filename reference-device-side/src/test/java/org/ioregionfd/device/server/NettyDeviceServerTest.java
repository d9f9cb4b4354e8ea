// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.device.Completion;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.server.ServerFixture.Transport;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds only for event loops. */
@Timeout(30)
class NettyDeviceServerTest {
    private static final int CHANNELS = 200;

    /** No more than a socket holds, each for itself, if none is read. */
    private static final int WRITES = 200;

    /** All of them together take longer than the time in which a channel is closed after its end. */
    private static final long WRITE_NANOS = 6_000_000;

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

    /** [CHN-014] A device that takes its time is waited for: the end of the stream is behind what it has to do. */
    @Test
    void servesWhatCameBeforeTheEndThoughThatTakesLong() throws IOException, InterruptedException {
        Path path = directory.resolve("socket");
        BlockingQueue<Completion> started = new LinkedBlockingQueue<>();
        DeviceModel slow = DeviceModel.of(1, 0x1000, () -> access -> started.add(access.defer()));
        try (DeviceServer server = Transport.NETTY.open(ServerOptions.serving(slow))) {
            server.listen(new UnixPath(path));
            try (UnixPeer peer = UnixPeer.connect(path)) {
                for (int i = 0; i < WRITES; i++) {
                    peer.send(Kvm.posted(Layout.INFO_WORD, 4, 1, 0, 7));
                }
            }
            for (int i = 0; i < WRITES; i++) {
                Completion completion = started.take();
                LockSupport.parkNanos(WRITE_NANOS);
                assertEquals(Completion.Outcome.TAKEN, completion.done());
            }
        }
    }

    /** An observer that fails closes its channel and no other one. */
    @Test
    void livesOnWhereAnObserverFails() throws IOException {
        Path path = directory.resolve("socket");
        ServerOptions options = ServerOptions.serving(ConformanceDevice.MODEL).withObserver(event -> {
            if (!(event instanceof ChannelEvent.Opened) && event.toString().startsWith("channel 1:")) {
                throw new IllegalStateException("an observer that fails");
            }
        });
        try (DeviceServer server = Transport.NETTY.open(options)) {
            server.listen(new UnixPath(path));
            try (UnixPeer first = UnixPeer.connect(path);
                    UnixPeer second = UnixPeer.connect(path)) {
                assertTrue(first.send(Kvm.detached()).isAtEnd());
                assertEquals(
                        Kvm.response(0), second.send(ServerFixture.read(0x128)).receive());
            }
        }
    }

    /** Channels have their numbers in the order in which they came, whichever loop is the first to serve one. */
    @Test
    void numbersChannelsAsTheyCome() throws IOException, InterruptedException {
        Path path = directory.resolve("socket");
        BlockingQueue<Long> ended = new LinkedBlockingQueue<>();
        ServerOptions options = ServerOptions.serving(ConformanceDevice.MODEL).withObserver(event -> {
            if (event instanceof ChannelEvent.Ended end) {
                ended.add(end.channel());
            }
        });
        try (DeviceServer server = Transport.NETTY.open(options)) {
            server.listen(new UnixPath(path));
            List<UnixPeer> peers = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) {
                peers.add(UnixPeer.connect(path));
            }
            for (int i = 0; i < CHANNELS; i++) {
                peers.get(i).close();
                assertEquals(i + 1, ended.take());
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
