// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Ending;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real Unix sockets. */
@Timeout(30)
class DeviceServerTest implements ChannelObserver {
    private static final long SECOND_NANOS = 1_000_000_000L;

    @TempDir
    Path directory;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private Path path;
    private DeviceServer server;

    @BeforeEach
    void listen() throws IOException {
        path = directory.resolve("socket");
        server = DeviceServer.listen(
                path, ServerOptions.serving(ConformanceDevice::new).withObserver(this));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        assertFalse(Files.exists(path), "the socket is removed");
    }

    @BeforeAll
    static void watchesForLeaks() {
        assertEquals(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
    }

    /** A leak shows when its buffer was collected and another one is made. */
    @AfterAll
    static void leakedNoBuffer() {
        for (int i = 0; i < 5; i++) {
            System.gc();
            PooledByteBufAllocator.DEFAULT.directBuffer().release();
        }
        assertEquals(List.of(), LeakCounter.leaks());
    }

    @Override
    public void negotiated(long channel, Agreement agreement) {
        heard.add(channel + ": " + agreement);
    }

    @Override
    public void ended(long channel, Ending ending) {
        heard.add(channel + " ended: " + ending);
    }

    @Override
    public void failed(long channel, Throwable cause) {
        heard.add(channel + " failed: " + cause);
    }

    @Override
    public void acceptFailed(Throwable cause) {
        heard.add("accept failed: " + cause);
    }

    private String heard() throws InterruptedException {
        return String.valueOf(heard.poll(5, TimeUnit.SECONDS));
    }

    private static ByteBuf read(long offset) {
        return Kvm.read(Layout.INFO_WORD, 4, 1, offset);
    }

    /** A SELECT whose digest is wrong. */
    private static ByteBuf wrongSelect() {
        return Kvm.marked(Frame.HANDSHAKE_OP, 0, 3);
    }

    @Test
    void negotiatesAndServes() throws IOException, InterruptedException {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
        try (UnixPeer peer = UnixPeer.connect(path)) {
            String offer = peer.send(Kvm.detached()).receive();
            assertEquals(kvm.hello(Kvm.detached()), offer);
            ByteBuf select = kvm.select(2, FeatureSet.ALL, 16);
            String accept = peer.send(select.duplicate()).receive();
            assertEquals(kvm.ask(select), accept);
            assertEquals(
                    Kvm.response(0, 7, 1),
                    peer.send(Kvm.taggedRead(7, 4, 1, 0x128)).receive());
        }
        assertEquals("1: version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 16", heard());
        assertEquals("1 ended: end of stream", heard());
    }

    /** [CHN-002] */
    @Test
    void answersFramesThatComeByteByByte() throws IOException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            ByteBuf bytes = Kvm.all(read(0x128), read(0x128));
            while (bytes.isReadable()) {
                peer.send(bytes.readSlice(1));
            }
            assertEquals(Kvm.response(0), peer.receive());
            assertEquals(Kvm.response(1), peer.receive());
        }
    }

    /** [DEV-004] Each with state of its own. */
    @Test
    void servesManyChannelsAtATime() throws IOException {
        List<UnixPeer> peers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
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

    /** What comes beyond the bound is closed, and there is room again when others have gone. */
    @Test
    void closesConnectionsBeyondItsBound() throws IOException {
        List<UnixPeer> peers = new ArrayList<>();
        for (int i = 0; i < DeviceServer.CHANNELS_MAX; i++) {
            peers.add(UnixPeer.connect(path));
        }
        try (UnixPeer beyond = UnixPeer.connect(path)) {
            assertTrue(beyond.isAtEnd());
        }
        assertEquals(
                Kvm.response(0),
                peers.get(DeviceServer.CHANNELS_MAX - 1).send(read(0)).receive());
        for (UnixPeer peer : peers) {
            peer.shutdownOutput();
            assertTrue(peer.isAtEnd());
            peer.close();
        }
        try (UnixPeer peer = UnixPeer.connect(path)) {
            assertEquals(Kvm.response(0), peer.send(read(0)).receive());
        }
    }

    /** [CHN-011] */
    @Test
    void answersWhatCameBeforeTheEndAndCloses() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(Kvm.all(read(0x128), read(0x128)));
            peer.shutdownOutput();
            long ended = System.nanoTime();
            assertEquals(Kvm.response(0), peer.receive());
            assertEquals(Kvm.response(1), peer.receive());
            assertTrue(peer.isAtEnd());
            assertTrue(System.nanoTime() - ended < SECOND_NANOS);
        }
        assertEquals("1 ended: end of stream", heard());
    }

    /** [CHN-008] A peer that goes without reading its answer resets the connection. */
    @Test
    void takesAResetForTheEndOfTheStream() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(Kvm.all(read(0), read(0)));
            peer.receive();
        }
        assertEquals("1 ended: end of stream", heard());
    }

    /** [CHN-004] */
    @Test
    void closesOnAFragment() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(read(0).writerIndex(31)).shutdownOutput();
            assertTrue(peer.isAtEnd());
        }
        assertEquals("1 ended: violation of CHN-004", heard());
    }

    /** [REJ-001] Sending is shut down at once, and reading goes on until the deadline. */
    @Test
    void drainsAfterARejectAndClosesWithinASecond() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(Kvm.detached()).receive();
            peer.send(wrongSelect());
            long rejected = System.nanoTime();
            assertEquals("0000000000000000494f524853050700", peer.receive().substring(0, 32));
            assertTrue(peer.isAtEnd());
            peer.send(read(0));
            assertTrue(heard().startsWith("1 ended: REJECT DIGEST_MISMATCH"));
            long lastedNanos = System.nanoTime() - rejected;
            assertTrue(lastedNanos > SECOND_NANOS / 2 && lastedNanos < 2 * SECOND_NANOS, lastedNanos + " ns");
            assertThrows(IOException.class, () -> peer.send(read(0)), "closed for reading too");
        }
    }

    /** [REJ-001] More than a socket holds is read and discarded. */
    @Test
    void takesAllThatComesAfterAReject() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(Kvm.detached()).receive();
            peer.send(wrongSelect()).receive();
            peer.send(Unpooled.buffer().writeZero(4 << 20)).shutdownOutput();
            assertTrue(peer.isAtEnd());
        }
        assertTrue(heard().startsWith("1 ended: REJECT"));
    }

    /** [REJ-001] */
    @Test
    void closesAtOnceWhenTheStreamEndsAfterAReject() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(Kvm.detached()).receive();
            peer.send(wrongSelect()).receive();
            long ended = System.nanoTime();
            peer.shutdownOutput();
            assertTrue(heard().startsWith("1 ended: REJECT"));
            assertTrue(System.nanoTime() - ended < SECOND_NANOS / 2);
        }
    }

    /** [CHN-002] What was answered before a violation in the same write still arrives. */
    @Test
    void sendsEarlierAnswersBeforeItCloses() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            peer.send(Kvm.all(read(0x128), Kvm.bytes("0f" + "00".repeat(31)), read(0x128)));
            assertEquals(Kvm.response(0), peer.receive());
            assertTrue(peer.isAtEnd());
        }
        assertEquals("1 ended: violation of V0-015: byte 0 holds 0xf", heard());
    }

    /** [CHN-003, FAI-004] A peer that only sends is not read from any more; when it reads, nothing is missing. */
    @Test
    void readsNoMoreWhileThePeerDoesNotRead() throws IOException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            ByteBuf batch = Unpooled.buffer();
            for (int i = 0; i < 1024; i++) {
                batch.writeBytes(read(0x128));
            }
            peer.socket().configureBlocking(false);
            long sent = sendUntilStuck(peer, batch);
            assertTrue(sent < 8L << 20, sent + " bytes were taken");
            peer.socket().configureBlocking(true);
            for (long counter = 0; counter < sent / Frame.LENGTH; counter++) {
                assertEquals(Kvm.response(counter), peer.receive());
            }
        }
    }

    /** Sends until nothing has been taken for half a second. */
    private static long sendUntilStuck(UnixPeer peer, ByteBuf batch) throws IOException {
        long sent = 0;
        ByteBuffer buffer = batch.nioBuffer();
        long lastNanos = System.nanoTime();
        while (System.nanoTime() - lastNanos < SECOND_NANOS / 2) {
            if (!buffer.hasRemaining()) {
                buffer.rewind();
            }
            int written = peer.socket().write(buffer);
            if (written > 0) {
                sent += written;
                lastNanos = System.nanoTime();
            }
            Thread.onSpinWait();
        }
        return sent;
    }

    /** [CHN-011] Also where the peer reads nothing and its answers cannot be sent. */
    @Test
    void closesThoughThePeerDoesNotTakeItsAnswers() throws IOException, InterruptedException {
        try (UnixPeer peer = UnixPeer.connect(path)) {
            ByteBuf batch = Unpooled.buffer();
            for (int i = 0; i < 1024; i++) {
                batch.writeBytes(read(0x128));
            }
            peer.socket().configureBlocking(false);
            sendUntilStuck(peer, batch);
            long ended = System.nanoTime();
            peer.shutdownOutput();
            assertTrue(heard().startsWith("1 ended: "));
            long lastedNanos = System.nanoTime() - ended;
            assertTrue(lastedNanos < 2 * SECOND_NANOS, lastedNanos + " ns");
        }
    }

    @Test
    @SuppressWarnings("try") // the server is there for its peer
    void closesAChannelWhoseDeviceFails() throws IOException, InterruptedException {
        Path other = directory.resolve("failing");
        ServerOptions options = ServerOptions.serving(FailingDevice::new).withObserver(this);
        try (DeviceServer failing = DeviceServer.listen(other, options);
                UnixPeer peer = UnixPeer.connect(other)) {
            peer.send(read(0));
            assertTrue(peer.isAtEnd());
            assertEquals("1 failed: java.lang.IllegalStateException: broken", heard());
            assertEquals("1 ended: end of stream", heard());
        }
    }

    @Test
    void refusesAPathThatSomebodyListensOn() {
        IOException refusal = assertThrows(
                IOException.class, () -> DeviceServer.listen(path, ServerOptions.serving(ConformanceDevice::new)));

        assertEquals("somebody listens on " + path + " already", refusal.getMessage());
    }

    @Test
    void refusesAPathThatIsNoSocket() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        IOException refusal = assertThrows(
                IOException.class, () -> DeviceServer.listen(file, ServerOptions.serving(ConformanceDevice::new)));

        assertEquals(file + " exists and is not a socket", refusal.getMessage());
        assertTrue(Files.exists(file));
    }

    @Test
    @SuppressWarnings("try") // the server is there for its peer
    void replacesASocketThatWasLeftBehind() throws IOException {
        Path stale = directory.resolve("stale");
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(stale));
        }
        assertTrue(Files.exists(stale));

        try (DeviceServer replacing = DeviceServer.listen(stale, ServerOptions.serving(ConformanceDevice::new));
                UnixPeer peer = UnixPeer.connect(stale)) {
            assertEquals(Kvm.response(0), peer.send(read(0)).receive());
        }
        assertFalse(Files.exists(stale));
    }
}
