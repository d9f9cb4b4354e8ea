// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.wire.Frame;
import org.junit.jupiter.api.Test;

/** The number of channels, and the counters. */
class ServerCapacityTest extends ServerFixture {
    private static final int IDLE = 1000;
    private static final int BUSY = 8;
    private static final int BATCH = 64;
    private static final int ROUNDS = 50;

    /** [DEV-004] Each with state of its own. */
    @Test
    void servesManyChannelsAtATime() throws IOException {
        List<UnixPeer> peers = new ArrayList<>();
        for (int i = 0; i < channelsMax(); i++) {
            peers.add(UnixPeer.connect(path));
        }
        for (int round = 0; round < 3; round++) {
            for (UnixPeer peer : peers) {
                assertEquals(Kvm.response(round), peer.send(read(0x128)).receive());
            }
        }
        for (UnixPeer peer : peers) {
            peer.close();
        }
    }

    /** Channels beyond the bound are closed, and there is room again when others have gone. */
    @Test
    void closesConnectionsBeyondItsBound() throws IOException, InterruptedException {
        List<UnixPeer> peers = new ArrayList<>();
        for (int i = 0; i < channelsMax(); i++) {
            UnixPeer peer = UnixPeer.connect(path);
            peers.add(peer);
            assertEquals(Kvm.response(0), peer.send(read(0)).receive());
        }
        try (UnixPeer beyond = UnixPeer.connect(path)) {
            assertTrue(beyond.isAtEnd());
        }
        assertEquals("a channel was refused: " + channelsMax() + " are served already", heard());
        assertEquals(Kvm.response(0), peers.get(channelsMax() - 1).send(read(0)).receive());
        for (UnixPeer peer : peers) {
            peer.shutdownOutput();
            assertTrue(peer.isAtEnd());
            peer.close();
        }
        try (UnixPeer peer = UnixPeer.connect(path)) {
            assertEquals(Kvm.response(0), peer.send(read(0)).receive());
        }
    }

    /** A channel whose observer fails at once is closed, and takes no place. */
    @Test
    void hasRoomAgainWhereAnObserverFails() throws IOException {
        Path other = directory.resolve("fails");
        AtomicBoolean fails = new AtomicBoolean(true);
        ServerOptions options = ServerOptions.serving(ConformanceDevice.MODEL)
                .withChannelsMax(1)
                .withObserver(event -> {
                    if (event instanceof ChannelEvent.Opened && fails.getAndSet(false)) {
                        throw new IllegalStateException("an observer that fails");
                    }
                });
        try (DeviceServer one = transport.open(options)) {
            one.listen(new UnixPath(other));
            try (UnixPeer first = UnixPeer.connect(other);
                    UnixPeer second = UnixPeer.connect(other)) {
                assertTrue(first.isAtEnd());
                assertEquals(Kvm.response(0), second.send(read(0x128)).receive());
            }
        }
    }

    @Test
    void countsWhatItServes() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(Kvm.all(read(0), read(0), read(0).setByte(0, 2)));
            peer.receive(2 * Frame.LENGTH);
            assertTrue(peer.isAtEnd());
        }
        heard();
        assertEquals(
                "channels 1 (0 open, 0 refused), agreements 0, frames 3 in, 2 out, failures 0, violations V0-015 1",
                server.counters().toString());
    }

    /** A thousand idle channels, and eight busy ones: all are answered, and all are gone in the end. */
    @Test
    void servesAThousandIdleChannelsBesideBusyOnes() throws IOException, InterruptedException {
        Path other = directory.resolve("thousand");
        List<UnixPeer> peers = new ArrayList<>();
        try (DeviceServer crowded = transport.open(ServerOptions.serving(ConformanceDevice.MODEL)
                .withObserver(ChannelObserver.SILENT)
                .withChannelsMax(IDLE + BUSY))) {
            crowded.listen(new UnixPath(other));
            for (int i = 0; i < IDLE + BUSY; i++) {
                peers.add(UnixPeer.connect(other));
            }
            ByteBuf batch = Unpooled.buffer();
            for (int i = 0; i < BATCH; i++) {
                batch.writeBytes(read(0x128));
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (UnixPeer peer : peers.subList(IDLE, IDLE + BUSY)) {
                    peer.send(batch.duplicate());
                }
                for (UnixPeer peer : peers.subList(IDLE, IDLE + BUSY)) {
                    String answers = peer.receive(BATCH * Frame.LENGTH);
                    assertEquals(
                            Kvm.response((long) (round + 1) * BATCH - 1),
                            answers.substring(answers.length() - 2 * Frame.LENGTH));
                }
            }
            for (UnixPeer peer : peers.subList(0, IDLE)) {
                assertEquals(Kvm.response(0), peer.send(read(0x128)).receive());
            }
            assertEquals(IDLE + BUSY, crowded.counters().channelsOpen());
            for (UnixPeer peer : peers) {
                peer.shutdownOutput();
                assertTrue(peer.isAtEnd());
                peer.close();
            }
        }
    }
}
