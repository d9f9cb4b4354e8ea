// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.wire.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("try")
class ChannelAccessTest extends OnEveryTransport {
    private static final KvmCommand READ = KvmCommand.read(1, 0, 4);

    /** A peer that agrees, and answers nothing. */
    private ScriptedPeer silentAfterACommand(CountDownLatch received) throws IOException {
        return peer(p -> {
            p.handshake(0);
            p.frame();
            received.countDown();
            p.drain();
        });
    }

    /** A peer that answers its first command when the test allows it, and reads on only then. */
    private ScriptedPeer blocked(CountDownLatch asked, CountDownLatch answered) throws IOException {
        return peer(p -> {
            p.handshake(0);
            byte[] read = p.frame();
            pass(asked);
            p.send(Frames.response(read, 0x55, 1));
            pass(answered);
            p.drain();
        });
    }

    /** Posts WRITEs until the peer's buffers are full; gives the WRITE that is not done. */
    private static CompletionStage<AccessResult> fill(KvmChannel channel) throws Exception {
        KvmCommand write = KvmCommand.write(1, 0, 4, 0).posted();
        CompletionStage<AccessResult> last = channel.submit(write);
        while (isDoneSoon(last)) {
            last = channel.submit(write);
        }
        return last;
    }

    private static void assertEachReadsItsOwn(KvmChannel channel, int threads, int reads) throws Exception {
        List<Vcpu> vcpus = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            long base = t * 0x1000L;
            vcpus.add(Vcpu.start(() -> {
                for (long i = 0; i < reads; i++) {
                    assertEquals(base + i, channel.readValue(1, base + i, 8));
                }
                return base;
            }));
        }
        for (int t = 0; t < threads; t++) {
            assertEquals(t * 0x1000L, vcpus.get(t).value());
        }
    }

    @Test
    void refusesASizeThatNoAccessHas() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertThrows(IllegalArgumentException.class, () -> channel.read(1, 0, 0));
            assertThrows(IllegalArgumentException.class, () -> channel.write(1, 0, 9, 0));
            assertEquals(0x10, channel.readValue(1, 0x10, 4));
        }
    }

    /** Each stage asks the channel for its state; were one ended within another, the stack would not last. */
    @Test
    void endsAsManyStagesAsWaitThoughEachUsesTheChannel() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        int waiting = 4000;
        CountDownLatch told = new CountDownLatch(waiting);
        try (ScriptedPeer peer = silentAfterACommand(received);
                KvmChannel channel = connect(peer, REQUIRE)) {
            for (int i = 0; i < waiting; i++) {
                CompletionStage<KvmState> state = channel.submit(READ)
                        .handle((result, failure) -> channel.status().state());
                state.thenRun(told::countDown);
            }
            pass(received);
            channel.close();
            pass(told);
        }
    }

    /** [LEN-001] The peer answers each command with its offset, so the value shows how the access was cut. */
    @ParameterizedTest
    @CsvSource({
        "3, 0xd, 0x000e_0d",
        "5, 0x0, 0x04_00000000",
        "5, 0x3, 0x00000004_03",
        "6, 0x2, 0x00000004_0002",
        "6, 0x1, 0x06_0004_0002_01",
        "7, 0x1, 0x00000004_0002_01",
        "7, 0x4, 0x0a_0008_00000004"
    })
    void cutsAnAccessThatHasNoSizeExponent(int size, String at, String cut) throws Exception {
        long offset = Long.decode(at);
        long value = Long.decode(cut.replace("_", ""));
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertEquals(value, channel.readValue(1, offset, size));
            assertEquals(new AccessResult(value, Optional.of(Status.OK)), channel.read(1, offset, size));
            KvmCommand read = KvmCommand.read(1, offset, size);
            assertEquals(
                    value, channel.access(read, TimeUnit.SECONDS.toNanos(50)).value());
            assertEquals(value, await(channel.submit(read)).value());
            assertFalse(channel.write(1, offset, size, -1).failed());
            channel.post(1, offset, size, -1);
            channel.fence();
            // HELLO, SELECT; four READs, two WRITEs; FENCE
            int pieces = (peer.received().size() - 3) / 6;
            for (byte[] write : peer.received().subList(2 + 4 * pieces, 2 + 6 * pieces)) {
                assertEquals(-1L >>> (64 - (8 << write[1])), Frames.field(write, 24, 8));
            }
        }
    }

    /** [LEN-002] */
    @Test
    void doesNotSendTheRestOfAnAccessThatWasNotAnswered() throws Exception {
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    p.send(Frames.response(p.frame(), 0, 1));
                    p.frame();
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> channel.read(1, -2, 3)));
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> await(channel.submit(KvmCommand.read(1, -2, 3)))));
            assertEquals(AccessEnd.MAYBE_EXECUTED, endOf(() -> channel.read(1, 0, 7)));
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> channel.read(1, 0, 7)));
            assertEquals(2 + 2, peer.received().size());
        }
    }

    /** [LEN-003] */
    @Test
    void tellsTheFirstFailureOfAnAccessAndSendsTheRest() throws Exception {
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    p.send(Frames.response(p.frame(), 0x11, 1));
                    p.send(Frames.response(p.frame(), 0xFFFF, 4));
                    p.send(Frames.response(p.frame(), 0x44, 3));
                    p.drain();
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            AccessResult read = channel.read(1, 1, 7);
            assertEquals(new AccessResult(0x44_FFFF_11, Optional.of(Status.DEVICE_FAULT)), read);
        }
    }

    @Test
    void endsAReadThatASilentPeerNeverAnswers() throws Exception {
        try (ScriptedPeer peer = peer(ScriptedPeer::drain);
                KvmChannel channel = connect(peer, IMPATIENT)) {
            CompletionStage<AccessResult> sent = channel.submit(READ);
            CompletionStage<AccessResult> waiting = channel.submit(READ);
            assertEquals(AccessEnd.MAYBE_EXECUTED, endOf(() -> await(sent)));
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> await(waiting)));
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> channel.read(1, 0, 4)));
        }
    }

    @Test
    void endsACallThatASilentPeerNeverAnswers() throws Exception {
        try (ScriptedPeer peer = peer(ScriptedPeer::drain);
                KvmChannel channel = connect(peer, IMPATIENT)) {
            assertEquals(AccessEnd.MAYBE_EXECUTED, endOf(() -> channel.read(1, 0, 4)));
            await(channel.closed());
        }
    }

    @Test
    void endsAccessesWhenThePeerCloses() throws Exception {
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    p.frame();
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            var end = ended(() -> channel.read(1, 0, 4));
            assertEquals(AccessEnd.MAYBE_EXECUTED, end.end());
            assertEquals("the peer closed the channel (state open)", end.getMessage());
            await(channel.closed());
        }
    }

    @Test
    void tellsThatThePeerHasGoneInTheNextCall() throws Exception {
        CountDownLatch agreed = new CountDownLatch(1);
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    pass(agreed);
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertInstanceOf(Outcome.Agreed.class, channel.negotiate());
            agreed.countDown();
            peer.awaitEnd();
            assertThrows(Exception.class, () -> {
                channel.read(1, 0, 4);
                channel.read(1, 0, 4);
            });
            await(channel.closed());
        }
    }

    @Test
    void noticesTheEndOfAChannelThatNobodyUses() throws Exception {
        try (ScriptedPeer peer = peer(p -> p.handshake(0));
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertInstanceOf(Outcome.Agreed.class, channel.negotiate());
            await(channel.closed());
            assertEquals(KvmState.FAILED, channel.status().state());
        }
    }

    @Test
    void endsAccessesWhenTheUserCloses() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        try (ScriptedPeer peer = silentAfterACommand(received);
                KvmChannel channel = connect(peer, REQUIRE)) {
            CompletionStage<AccessResult> access = channel.submit(READ);
            received.await();
            channel.close();
            assertEquals(AccessEnd.MAYBE_EXECUTED, endOf(() -> await(access)));
            await(channel.closed());
            peer.awaitEnd();
        }
    }

    @Test
    void endsACallThatWaitsWhenAnotherThreadCloses() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        try (ScriptedPeer peer = silentAfterACommand(received);
                KvmChannel channel = connect(peer, REQUIRE)) {
            Vcpu vcpu = Vcpu.start(() -> channel.readValue(1, 0, 4));
            received.await();
            channel.close();
            assertEquals(AccessEnd.MAYBE_EXECUTED, endOf(vcpu::value));
        }
    }

    @Test
    void endsAccessesWhenTheTransportIsClosed() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        try (ScriptedPeer peer = silentAfterACommand(received);
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertInstanceOf(Outcome.Agreed.class, channel.negotiate());
            CompletionStage<AccessResult> access = channel.submit(READ);
            received.await();
            transport.close();
            assertEquals(AccessEnd.MAYBE_EXECUTED, endOf(() -> await(access)));
            await(channel.closed());
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> channel.read(1, 0, 4)));
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> await(channel.submit(READ))));
        }
    }

    @Test
    void servesManyThreadsAndGivesEachItsOwnValue() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertEachReadsItsOwn(channel, 4, 500);
        }
    }

    @Test
    void servesMoreThreadsThanTheWindowHas() throws Exception {
        try (ScriptedPeer peer = peer(p -> {
                    byte[] hello = p.frame();
                    byte[] offer = Frames.offer(hello, 0, 1, 0, 3);
                    p.send(offer);
                    p.send(Frames.accept(hello, offer, p.frame()));
                    p.echoOffsetsExactly();
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertEachReadsItsOwn(channel, 8, 100);
        }
    }

    @Test
    void carriesABurstThroughTheWindow() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            List<CompletionStage<AccessResult>> accesses = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                KvmCommand write = KvmCommand.write(1, i, 4, i);
                accesses.add(channel.submit(i % 3 == 0 ? write.posted() : KvmCommand.read(1, i, 4)));
            }
            for (int i = 0; i < accesses.size(); i++) {
                assertEquals(i % 3 == 0 ? 0 : i, await(accesses.get(i)).value());
            }
        }
    }

    @Test
    void readsResponsesWhileItsOwnWritesBlock() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (ScriptedPeer peer = blocked(asked, answered);
                KvmChannel channel = connect(peer, REQUIRE)) {
            CompletionStage<AccessResult> read = channel.submit(READ);
            CompletionStage<AccessResult> last = fill(channel);
            asked.countDown();
            assertEquals(0x55, await(read).value());
            assertFalse(last.toCompletableFuture().isDone());
            answered.countDown();
            await(last);
        }
    }

    /** [WIN-002] The same with one waiting thread: it must turn from writing to reading by itself. */
    @Test
    void readsTheResponseOfAnotherThreadWhileItsOwnPostBlocks() throws Exception {
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (ScriptedPeer peer = blocked(full, answered);
                KvmChannel channel = connect(peer, REQUIRE)) {
            CompletionStage<AccessResult> read = channel.submit(READ);
            fill(channel);
            Vcpu poster = Vcpu.start(() -> {
                channel.post(1, 0, 4, 0);
                return 0;
            });
            full.countDown();
            assertEquals(0x55, await(read).value());
            assertFalse(poster.hasEnded());
            answered.countDown();
            assertEquals(0, poster.value());
        }
    }

    /** A WRITE for which the socket's buffer has room is done at once. */
    private static boolean isDoneSoon(CompletionStage<AccessResult> access) throws Exception {
        try {
            access.toCompletableFuture().get(200, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
