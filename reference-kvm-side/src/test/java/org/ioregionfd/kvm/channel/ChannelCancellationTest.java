// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.ScriptedPeer;
import org.junit.jupiter.api.Test;

/** Calls that end before their answer comes: the channel goes on, and no call gets the answer of another. */
@SuppressWarnings("try")
class ChannelCancellationTest extends OnEveryTransport {
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(250);
    private static final KvmCommand READ = KvmCommand.read(1, 0x10, 8);
    private static final KvmPolicy ONE_SECOND = KvmPolicy.builder()
            .policy(Policy.REQUIRE)
            .deadlineNanos(TimeUnit.SECONDS.toNanos(1))
            .build();

    /**
     * A peer that keeps its first command until the test lets it go, and answers others with their offsets before and after
     * that.
     */
    private ScriptedPeer holdingTheFirst(CountDownLatch received, CountDownLatch released) throws IOException {
        return peer(p -> {
            p.handshake(0);
            byte[] held = p.frame();
            received.countDown();
            byte[] other = p.frame();
            p.send(Frames.response(other, Frames.field(other, 16, 8), 1));
            pass(released);
            p.send(Frames.response(held, 0xBAD, 1));
            p.echoOffsets();
        });
    }

    @Test
    void endsAnInterruptedCallAndGoesOn() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (ScriptedPeer peer = holdingTheFirst(received, released);
                KvmChannel channel = connect(peer, REQUIRE)) {
            Vcpu vcpu = Vcpu.start(() -> channel.readValue(1, 0x10, 8));
            received.await();
            vcpu.interrupt();
            AccessException end = ended(vcpu::value);
            assertEquals(AccessEnd.MAYBE_EXECUTED, end.end());
            assertEquals("the caller was interrupted", end.getMessage());
            assertTrue(vcpu.wasInterruptedAtTheEnd());
            assertEquals(0x20, channel.readValue(1, 0x20, 8));
            released.countDown();
            // no call gets the late answer
            for (int offset = 0x30; offset < 0x40; offset++) {
                assertEquals(offset, channel.readValue(1, offset, 8));
            }
        }
    }

    @Test
    void sendsNothingForAThreadThatIsInterruptedAlready() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertInstanceOf(Outcome.Agreed.class, channel.negotiate());
            Thread.currentThread().interrupt();
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> channel.read(1, 0, 4)));
            assertTrue(Thread.interrupted());
            assertEquals(4, channel.readValue(1, 4, 4));
            channel.close();
            peer.awaitEnd();
            assertEquals(3, peer.received().size());
        }
    }

    @Test
    void endsACallAtItsOwnDeadlineAndGoesOn() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (ScriptedPeer peer = holdingTheFirst(received, released);
                KvmChannel channel = connect(peer, REQUIRE)) {
            channel.negotiate();
            AccessException end = ended(() -> channel.access(READ, SOON));
            assertEquals(AccessEnd.MAYBE_EXECUTED, end.end());
            assertEquals("the call's deadline passed", end.getMessage());
            assertEquals(0x20, channel.readValue(1, 0x20, 8));
            released.countDown();
            assertEquals(
                    0x30,
                    channel.access(KvmCommand.read(1, 0x30, 8), SOON * 200).value());
            assertEquals(KvmState.OPEN, channel.status().state());
        }
    }

    @Test
    void waitsLongerThanThePolicyWhereTheCallSaysSo() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    byte[] held = p.frame();
                    pass(released);
                    p.send(Frames.response(held, 0x99, 1));
                    p.drain();
                });
                KvmChannel channel = connect(peer, ONE_SECOND)) {
            Vcpu vcpu = Vcpu.start(() -> channel.access(READ, SOON * 200).value());
            // another channel's deadline, set later and as long, has passed
            try (ScriptedPeer silent = ScriptedPeer.start(
                            Files.createDirectory(directory.resolve("silent")), ScriptedPeer::drain);
                    KvmChannel other = connect(silent, ONE_SECOND)) {
                assertInstanceOf(Outcome.Failed.class, other.negotiate());
            }
            released.countDown();
            assertEquals(0x99, vcpu.value());
        }
    }

    @Test
    void failsTheChannelWhereNoAnswerComesAtAll() throws Exception {
        try (ScriptedPeer peer = peer(p -> {
                    p.handshake(0);
                    p.drain();
                });
                KvmChannel channel = connect(peer, ONE_SECOND)) {
            channel.negotiate();
            assertEquals(AccessEnd.MAYBE_EXECUTED, endOf(() -> channel.access(READ, SOON)));
            await(channel.closed());
            assertEquals(
                    "an access was not answered in time",
                    channel.status().failure().orElseThrow().inWords());
        }
    }

    /** Without tags only the order assigns responses: the next command waits for the abandoned one. */
    @Test
    void keepsTheOrderOfAnAbandonedAccessInVersionZero() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        KvmPolicy off = ScriptedPeer.patient().policy(Policy.OFF).build();
        try (ScriptedPeer peer = peer(p -> {
                    p.frame();
                    received.countDown();
                    pass(released);
                    p.send(Frames.response(0xBAD));
                    p.echoOffsetsExactly();
                });
                KvmChannel channel = connect(peer, off)) {
            Vcpu vcpu = Vcpu.start(() -> channel.readValue(1, 0x10, 8));
            received.await();
            Vcpu behind = Vcpu.start(() -> channel.readValue(1, 0x20, 8));
            vcpu.interrupt();
            assertEquals(AccessEnd.MAYBE_EXECUTED, endOf(vcpu::value));
            // it has not begun, and never will
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> channel.access(READ, SOON)));
            released.countDown();
            assertEquals(0x20, behind.value());
            assertEquals(0x30, channel.readValue(1, 0x30, 8));
            channel.close();
            peer.awaitEnd();
            assertEquals(3, peer.received().size());
        }
    }

    @Test
    void givesNobodyAnothersValueWhileCallsAreCutOffAtRandom() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            List<Vcpu> vcpus = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                long base = (t + 1) * 0x10000L;
                vcpus.add(Vcpu.start(() -> callAtRandom(channel, base)));
            }
            for (Vcpu vcpu : vcpus) {
                while (!vcpu.hasEnded()) {
                    vcpu.interrupt();
                    Thread.onSpinWait();
                }
                assertTrue(vcpu.value() > 0);
            }
            assertEquals(0x30, channel.readValue(1, 0x30, 8));
            assertEquals(KvmState.OPEN, channel.status().state());
        }
    }

    /** Makes calls that end with their own value or not at all; gives how many had one. */
    private static long callAtRandom(KvmChannel channel, long base) {
        Random random = new Random(base);
        long answered = 0;
        for (int i = 0; i < 2000 || answered == 0; i++) {
            KvmCommand read = KvmCommand.read(1, base + i, 8);
            try {
                long value = random.nextInt(3) == 0
                        ? channel.access(read, 1 + random.nextInt(100_000)).value()
                        : channel.readValue(1, base + i, 8);
                assertEquals(base + i, value);
                answered++;
            } catch (AccessException e) {
                // cut off; the next call is another
                var unused = Thread.interrupted();
            }
        }
        return answered;
    }

    @Test
    void goesOnWithANegotiationWhoseCallerWasInterrupted() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (ScriptedPeer peer = peer(p -> {
                    byte[] hello = p.frame();
                    received.countDown();
                    pass(released);
                    byte[] offer = Frames.offer(hello, 0);
                    p.send(offer);
                    p.send(Frames.accept(hello, offer, p.frame()));
                    p.echoOffsets();
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            Vcpu vcpu = Vcpu.start(() -> channel.negotiate().inWords().length());
            received.await();
            vcpu.interrupt();
            assertThrows(IOException.class, vcpu::value);
            released.countDown();
            assertInstanceOf(Outcome.Agreed.class, await(channel.negotiated()));
            assertEquals(8, channel.readValue(1, 8, 4));
        }
    }
}
