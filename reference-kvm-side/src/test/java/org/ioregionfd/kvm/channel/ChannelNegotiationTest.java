// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Status;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class ChannelNegotiationTest extends OnEveryTransport {
    @Test
    void negotiatesWithTheFirstRead() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, PREFER)) {
            assertEquals(new AccessResult(0x77, Optional.empty()), channel.read(1, 0x10, 4));
            assertEquals(
                    "version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64",
                    channel.negotiate().inWords());
            assertEquals(new AccessResult(0x20, Optional.of(Status.OK)), channel.read(1, 0x20, 4));
            channel.write(1, 0x20, 4, 7);
            channel.post(1, 0x20, 4, 7);
            channel.fence();
            channel.close();
            peer.awaitEnd();
            assertEquals(6, peer.received().size());
        }
    }

    @Test
    void endsTheNegotiationThatAReadBeganAlsoWhereNobodyWaitsForIt() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, PREFER)) {
            assertEquals(0x77, channel.readValue(1, 0x10, 4));
            assertInstanceOf(Outcome.Agreed.class, await(channel.negotiated()));
            assertEquals(KvmState.OPEN, channel.status().state());
        }
    }

    @Test
    void negotiatesWithoutWaiting() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, PREFER)) {
            assertInstanceOf(Outcome.Agreed.class, await(channel.submitNegotiation()));
            assertEquals(
                    0x30, await(channel.submit(KvmCommand.read(1, 0x30, 8))).value());
        }
    }

    @Test
    void staysLegacyWithALegacyDevice() throws Exception {
        try (ScriptedPeer peer = peer(p -> p.legacy(0x1234));
                KvmChannel channel = connect(peer, PREFER)) {
            channel.write(1, 0, 4, 1);
            assertEquals(0x1234, channel.readValue(1, 0, 8));
            assertEquals(0x34, channel.readValue(1, 0, 1));
            assertEquals(
                    Optional.of(new Outcome.LegacyPeer(Layout.INFO_WORD)),
                    channel.status().outcome());
        }
    }

    @Test
    void tellsThatThereIsNoPeer() {
        for (Attachment nowhere : List.of(
                new Attachment.UnixPath(directory.resolve("nobody")),
                new Attachment.AbstractName("ioregionfd-nobody"),
                new Attachment.Descriptor(-1),
                new Attachment.Descriptor(0xFFFF),
                new Attachment.DescriptorPair(0xFFFE, 0xFFFF))) {
            IOException refusal = assertThrows(IOException.class, () -> transport.connect(nowhere, PREFER));
            assertEquals(1, refusal.getMessage().lines().count());
        }
    }

    @Test
    void failsWithoutAFrameWhereThePeerSpeaksFirst() throws Exception {
        CountDownLatch spoken = new CountDownLatch(1);
        try (ScriptedPeer peer = peer(p -> {
                    p.send(Frames.response(0));
                    spoken.countDown();
                    p.drain();
                });
                KvmChannel channel = connect(peer, PREFER)) {
            spoken.await();
            assertEquals(AccessEnd.NOT_SENT, endOf(() -> channel.read(1, 0, 4)));
            assertEquals(
                    Optional.of(Clause.KST_001),
                    channel.status().failure().orElseThrow().clause());
            peer.awaitEnd();
            assertEquals(List.of(), peer.received());
        }
    }

    @Test
    void endsTheNegotiationWithASilentPeerAtItsDeadline() throws Exception {
        try (ScriptedPeer peer = peer(ScriptedPeer::drain);
                KvmChannel channel = connect(peer, IMPATIENT)) {
            assertEquals(new Outcome.Failed(new Failure.DeadlinePassed(Failure.Awaited.OFFER)), channel.negotiate());
            await(channel.closed());
        }
    }

    @Test
    void readsTheRejectThatLiesBehindAFailedWrite() throws Exception {
        AtomicReference<KvmChannel> kvm = new AtomicReference<>();
        try (ScriptedPeer peer = peer(p -> {
                    byte[] hello = p.frame();
                    p.connection().shutdownInput();
                    p.send(Frames.offer(hello, 0));
                    while (kvm.get() == null || kvm.get().status().state() != KvmState.SELECT_SENT) {
                        Thread.onSpinWait();
                    }
                    p.send(Frames.reject(11, 0));
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            kvm.set(channel);
            assertEquals(
                    "the device side sent REJECT POLICY, detail 0x0",
                    channel.negotiate().inWords());
        }
    }

    @Test
    void sendsAnAbortBeforeItCloses() throws Exception {
        try (ScriptedPeer peer = peer(p -> {
                    p.send(Frames.offer(p.frame(), 0, 64, 7, 8));
                    p.drain();
                });
                KvmChannel channel = connect(peer, REQUIRE)) {
            assertInstanceOf(Outcome.Failed.class, channel.negotiate());
            peer.awaitEnd();
            assertEquals(6, Frames.kind(peer.received().get(1)));
        }
    }

    @Test
    void adoptsASocketThatIsConnectedAlready() throws Exception {
        try (ScriptedPeer peer = aware()) {
            Socket socket = Socket.newSocketDomain();
            assertTrue(socket.connect(new DomainSocketAddress(peer.path().toFile())));
            try (KvmChannel channel = transport.connect(new Attachment.Descriptor(socket.intValue()), PREFER)) {
                assertEquals(0x77, channel.readValue(1, 0, 4));
                assertEquals(0x40, channel.readValue(1, 0x40, 4));
            }
        }
    }

    @Test
    void refusesANegotiationBehindAWrite() throws Exception {
        try (ScriptedPeer peer = peer(p -> p.legacy(0));
                KvmChannel channel = connect(peer, PREFER)) {
            channel.post(1, 0, 4, 1);
            assertThrows(IllegalStateException.class, channel::negotiate);
            assertThrows(IllegalStateException.class, () -> await(channel.submitNegotiation()));
        }
    }
}
