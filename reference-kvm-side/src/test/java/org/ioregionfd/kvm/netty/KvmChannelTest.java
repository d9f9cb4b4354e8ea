// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.kvm.netty.AccessException.Certainty;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
@SuppressWarnings("try") // closing is what some of these look at
class KvmChannelTest {
    private static final KvmPolicy PREFER = KvmPolicy.builder().build();
    private static final KvmPolicy REQUIRE =
            KvmPolicy.builder().policy(Policy.REQUIRE).build();
    private static final KvmPolicy IMPATIENT =
            KvmPolicy.builder().deadlineNanos(TimeUnit.MILLISECONDS.toNanos(50)).build();

    @TempDir
    private Path directory;

    private KvmTransport transport;

    @BeforeEach
    void open() throws IOException {
        transport = new KvmTransport();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @AfterAll
    static void leaksNothing() {
        assertEquals(List.of(), Leaks.reports());
    }

    private static AccessException ended(CompletionStage<AccessResult> access) {
        return assertThrows(AccessException.class, () -> KvmChannel.await(access));
    }

    @Test
    void negotiatesWithTheFirstRead() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0x77);
                    p.echoOffsets();
                });
                KvmChannel channel = transport.connect(peer.path(), PREFER)) {
            assertEquals(new AccessResult(0x77, Optional.empty()), KvmChannel.await(channel.read(1, 0x10, 4)));
            assertEquals(
                    "version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64",
                    KvmChannel.await(channel.negotiated()).inWords());
            assertEquals(new AccessResult(0x20, Optional.of(Status.OK)), KvmChannel.await(channel.read(1, 0x20, 4)));
            KvmChannel.await(channel.write(1, 0x20, 4, 7));
            KvmChannel.await(channel.writePosted(1, 0x20, 4, 7));
            KvmChannel.await(channel.fence());
            channel.close();
            peer.awaitEnd();
            assertEquals(6, peer.received().size());
        }
    }

    @Test
    void negotiatesBeforeTheFirstAccess() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    p.echoOffsets();
                });
                KvmChannel channel = transport.connect(peer.path(), REQUIRE)) {
            assertInstanceOf(Outcome.Agreed.class, KvmChannel.await(channel.negotiate()));
            assertEquals(KvmState.OPEN, channel.status().state());
            assertEquals(0x30, KvmChannel.await(channel.read(1, 0x30, 8)).value());
        }
    }

    @Test
    void staysLegacyWithALegacyDevice() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> p.legacy(0x1234));
                KvmChannel channel = transport.connect(peer.path(), PREFER)) {
            KvmChannel.await(channel.write(1, 0, 4, 1));
            assertEquals(0x1234, KvmChannel.await(channel.read(1, 0, 8)).value());
            assertEquals(0x34, KvmChannel.await(channel.read(1, 0, 1)).value());
            assertEquals(Optional.of(new Outcome.LegacyPeer(Layout.INFO_WORD)), channel.outcome());
        }
    }

    @Test
    void tellsThatThereIsNoPeer() {
        assertThrows(IOException.class, () -> transport.connect(directory.resolve("nobody"), PREFER));
        assertThrows(IOException.class, () -> transport.adopt(-1, PREFER));
        assertThrows(IOException.class, () -> transport.adopt(0xFFFF, PREFER));
    }

    @Test
    void failsWithoutAFrameWhereThePeerSpeaksFirst() throws Exception {
        CountDownLatch spoken = new CountDownLatch(1);
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.send(Frames.response(0));
                    spoken.countDown();
                    p.drain();
                });
                KvmChannel channel = transport.connect(peer.path(), PREFER)) {
            spoken.await();
            assertEquals(Certainty.NOT_SENT, ended(channel.read(1, 0, 4)).certainty());
            assertEquals(
                    Optional.of(Clause.KST_001),
                    channel.status().failure().orElseThrow().clause());
            peer.awaitEnd();
            assertEquals(List.of(), peer.received());
        }
    }

    @Test
    void looksForBytesBeforeItsFirstFrameAlsoWhereNobodyToldOfThem() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch spoken = new CountDownLatch(1);
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
            pass(held);
            p.send(new byte[1]);
            spoken.countDown();
            p.drain();
        })) {
            KvmHandler handler = new KvmHandler(PREFER, 1, KvmHandler.Boundaries.STREAM);
            CompletableFuture<AccessResult> read = new CompletableFuture<>();
            IoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
            EpollDomainSocketChannel channel = Sockets.connect(group, peer.path(), handler);
            // held up here, the loop hears of the bytes only after it was told to send
            CountDownLatch asked = new CountDownLatch(1);
            group.execute(() -> {
                held.countDown();
                hold(asked, spoken);
            });
            group.execute(() -> handler.submit(KvmCommand.read(1, 0, 4), read));
            asked.countDown();
            assertEquals(Certainty.NOT_SENT, ended(read).certainty());
            KvmChannel.await(handler.closed());
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            assertFalse(channel.isOpen());
            peer.awaitEnd();
            assertEquals(List.of(), peer.received());
        }
    }

    @Test
    void endsTheNegotiationWithASilentPeerAtItsDeadline() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, ScriptedPeer::drain);
                KvmChannel channel = transport.connect(peer.path(), IMPATIENT)) {
            Outcome outcome = KvmChannel.await(channel.negotiate());
            assertEquals(new Outcome.Failed(new Failure.DeadlinePassed(Failure.Awaited.OFFER)), outcome);
            KvmChannel.await(channel.closed());
        }
    }

    @Test
    void endsAReadThatASilentPeerNeverAnswers() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, ScriptedPeer::drain);
                KvmChannel channel = transport.connect(peer.path(), IMPATIENT)) {
            CompletionStage<AccessResult> sent = channel.read(1, 0, 4);
            CompletionStage<AccessResult> waiting = channel.read(1, 0, 4);
            assertEquals(Certainty.MAYBE_EXECUTED, ended(sent).certainty());
            assertEquals(Certainty.NOT_SENT, ended(waiting).certainty());
            assertEquals(Certainty.NOT_SENT, ended(channel.read(1, 0, 4)).certainty());
        }
    }

    @Test
    void endsAccessesWhenThePeerCloses() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    p.frame();
                });
                KvmChannel channel = transport.connect(peer.path(), REQUIRE)) {
            AccessException end = ended(channel.read(1, 0, 4));
            assertEquals(Certainty.MAYBE_EXECUTED, end.certainty());
            assertEquals("the peer closed the channel (state open)", end.getMessage());
            KvmChannel.await(channel.closed());
        }
    }

    @Test
    void endsAccessesWhenTheUserCloses() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    p.drain();
                });
                KvmChannel channel = transport.connect(peer.path(), REQUIRE)) {
            KvmChannel.await(channel.negotiate());
            CompletionStage<AccessResult> access = channel.read(1, 0, 4);
            channel.close();
            assertEquals(Certainty.MAYBE_EXECUTED, ended(access).certainty());
            KvmChannel.await(channel.closed());
            peer.awaitEnd();
        }
    }

    @Test
    void endsAccessesWhenTheTransportIsClosed() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    p.frame();
                    received.countDown();
                    p.drain();
                });
                KvmChannel channel = transport.connect(peer.path(), REQUIRE)) {
            KvmChannel.await(channel.negotiate());
            CompletionStage<AccessResult> access = channel.read(1, 0, 4);
            received.await();
            transport.close();
            assertEquals(Certainty.MAYBE_EXECUTED, ended(access).certainty());
            KvmChannel.await(channel.closed());
            assertEquals(Certainty.NOT_SENT, ended(channel.read(1, 0, 4)).certainty());
            assertThrows(IOException.class, () -> KvmChannel.await(channel.negotiate()));
        }
    }

    @Test
    void readsTheRejectThatLiesBehindAFailedWrite() throws Exception {
        AtomicReference<KvmChannel> kvm = new AtomicReference<>();
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    byte[] hello = p.frame();
                    p.connection().shutdownInput();
                    p.send(Frames.offer(hello, 0));
                    while (kvm.get() == null || kvm.get().status().state() != KvmState.SELECT_SENT) {
                        Thread.onSpinWait();
                    }
                    p.send(Frames.reject(11, 0));
                });
                KvmChannel channel = transport.connect(peer.path(), REQUIRE)) {
            kvm.set(channel);
            Outcome outcome = KvmChannel.await(channel.negotiate());
            assertEquals("the device side sent REJECT POLICY, detail 0x0", outcome.inWords());
        }
    }

    @Test
    void servesManyThreadsAndGivesEachItsOwnValue() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    p.echoOffsets();
                });
                KvmChannel channel = transport.connect(peer.path(), REQUIRE)) {
            List<Thread> threads = new ArrayList<>();
            List<Throwable> faults = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                long base = t * 0x1000L;
                Thread thread = new Thread(() -> {
                    try {
                        for (long i = 0; i < 500; i++) {
                            assertEquals(
                                    base + i,
                                    KvmChannel.await(channel.read(1, base + i, 8))
                                            .value());
                        }
                    } catch (IOException | AssertionError e) {
                        synchronized (faults) {
                            faults.add(e);
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), faults);
        }
    }

    @Test
    void carriesABurstThroughTheWindow() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    p.echoOffsets();
                });
                KvmChannel channel = transport.connect(peer.path(), REQUIRE)) {
            List<CompletionStage<AccessResult>> accesses = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                accesses.add(i % 3 == 0 ? channel.writePosted(1, i, 4, i) : channel.read(1, i, 4));
            }
            for (int i = 0; i < accesses.size(); i++) {
                assertEquals(
                        i % 3 == 0 ? 0 : i, KvmChannel.await(accesses.get(i)).value());
            }
        }
    }

    @Test
    void readsResponsesWhileItsOwnWritesBlock() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    byte[] read = p.frame();
                    pass(asked);
                    p.send(Frames.response(read, 0x55, 1));
                    pass(answered);
                    p.drain();
                });
                KvmChannel channel = transport.connect(peer.path(), REQUIRE)) {
            CompletionStage<AccessResult> read = channel.read(1, 0, 4);
            CompletionStage<AccessResult> last = channel.writePosted(1, 0, 4, 0);
            while (isDoneSoon(last)) {
                last = channel.writePosted(1, 0, 4, 0);
            }
            asked.countDown();
            assertEquals(0x55, KvmChannel.await(read).value());
            assertFalse(last.toCompletableFuture().isDone());
            answered.countDown();
            KvmChannel.await(last);
        }
    }

    /** A WRITE that the socket's buffer has room for is done at once. */
    private static boolean isDoneSoon(CompletionStage<AccessResult> access) throws Exception {
        try {
            access.toCompletableFuture().get(200, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static void hold(CountDownLatch... latches) {
        try {
            for (CountDownLatch latch : latches) {
                latch.await();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pass(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void adoptsASocketThatIsConnectedAlready() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
            p.handshake(5);
            p.echoOffsets();
        })) {
            Socket socket = Socket.newSocketDomain();
            assertTrue(socket.connect(new DomainSocketAddress(peer.path().toFile())));
            try (KvmChannel channel = transport.adopt(socket.intValue(), PREFER)) {
                assertEquals(5, KvmChannel.await(channel.read(1, 0, 4)).value());
                assertEquals(0x40, KvmChannel.await(channel.read(1, 0x40, 4)).value());
            }
        }
    }

    @Test
    void refusesANegotiationBehindAWrite() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> p.legacy(0));
                KvmChannel channel = transport.connect(peer.path(), PREFER)) {
            KvmChannel.await(channel.writePosted(1, 0, 4, 1));
            IOException refusal = assertThrows(IOException.class, () -> KvmChannel.await(channel.negotiate()));
            assertInstanceOf(IllegalStateException.class, refusal.getCause());
        }
    }
}
