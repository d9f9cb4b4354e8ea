// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvmHandshakeTest {
    private static KvmHandshake offered(ByteBuf out) {
        KvmHandshake handshake = new KvmHandshake(KvmPolicy.builder().build());
        handshake.startDetached(0, 1, 0, out);
        byte[] hello = ByteBufUtil.getBytes(out);
        out.clear();
        handshake.receive(Unpooled.wrappedBuffer(Frames.offer(hello, 0)), 0, out);
        assertEquals(KvmState.OFFERED, handshake.state());
        return handshake;
    }

    @Test
    void sendsADetachedHelloOfTheInfoWordLayout() {
        Conversation conversation = new Conversation(KvmPolicy.builder().build());
        conversation.negotiate();
        assertArrayEquals(
                Frames.hex("4000 494f5248 01 78 0000000000000000 00ffffffffffff7f 0000000000000000"),
                conversation.hello());
    }

    @Test
    void sendsADetachedHelloOfTheByteFieldsLayout() {
        Conversation conversation =
                new Conversation(KvmPolicy.builder().layout(Layout.BYTE_FIELDS).build());
        conversation.negotiate();
        assertArrayEquals(
                Frames.hex("0010 494f5248 01 78 0000000000000000 00ffffffffffff7f 0000000000000000"),
                conversation.hello());
    }

    @Test
    void marksTheFirstReadAsItIs() {
        Conversation conversation = new Conversation(KvmPolicy.builder().build());
        conversation.submit("r", KvmCommand.read(0x1122_3344_5566_7788L, 0x128, 8));
        assertArrayEquals(
                Frames.hex("7000 494f5248 01 78 8877665544332211 2801000000000000 0000000000000000"),
                conversation.next());
    }

    @Test
    void marksTheFirstReadOfTheByteFieldsLayout() {
        Conversation conversation =
                new Conversation(KvmPolicy.builder().layout(Layout.BYTE_FIELDS).build());
        conversation.submit("r", KvmCommand.read(1, 0x128, 2));
        assertArrayEquals(
                Frames.hex("0011 494f5248 01 78 0100000000000000 2801000000000000 0000000000000000"),
                conversation.next());
    }

    /** The same access under OFF and under PREFER, as the first of its channel and behind WRITEs. */
    @ParameterizedTest
    @EnumSource
    void anAttachedHelloIsThePlainReadButForBytes2To7(Layout layout) {
        for (int size : new int[] {1, 2, 4, 8}) {
            for (int writes = 0; writes < 3; writes++) {
                byte[] plain = firstRead(Policy.OFF, layout, size, writes);
                byte[] hello = firstRead(Policy.PREFER, layout, size, writes);
                assertArrayEquals(Frames.hex("494f52480178"), Arrays.copyOfRange(hello, 2, 8));
                System.arraycopy(plain, 2, hello, 2, 6);
                assertArrayEquals(plain, hello, "[HEL-007] " + size + " bytes behind " + writes + " WRITEs");
            }
        }
    }

    private static byte[] firstRead(Policy policy, Layout layout, int size, int writes) {
        Conversation conversation = new Conversation(
                KvmPolicy.builder().policy(policy).layout(layout).build());
        for (int i = 0; i < writes; i++) {
            conversation.submit("w" + i, KvmCommand.write(2, 0x18, 8, -1).posted());
            conversation.next();
        }
        conversation.submit("r", KvmCommand.read(0xA5A5_5A5A_1234_5678L, 0x7FED_CBA9_8765_4321L, size));
        return conversation.next();
    }

    @Test
    void aDetachedHelloNamesTheRegionOfTheAccessThatItGoesBefore() {
        Conversation conversation = Conversation.require();
        conversation.submit("r", KvmCommand.read(0x1122, 0x128, 8));
        assertArrayEquals(
                Frames.hex("4000 494f5248 01 78 2211000000000000 00ffffffffffff7f 0000000000000000"),
                conversation.next(),
                "HEL-005");
    }

    @Test
    void sendsNoHelloUnderOffNorUnderAPinOfVersionZero() {
        KvmPolicy pinned = KvmPolicy.builder()
                .pin(new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, Layout.BYTE_FIELDS))
                .build();
        KvmPolicy off = KvmPolicy.builder().policy(Policy.OFF).build();
        for (KvmPolicy policy : List.of(pinned, off)) {
            Conversation conversation = new Conversation(policy);
            conversation.side.negotiate(0);
            conversation.read("r", 0x10);
            assertEquals(0, Frames.kind(conversation.next()));
            assertEquals(
                    new Outcome.LegacyPeer(policy.layout()),
                    conversation.side.outcome().orElseThrow());
        }
        assertEquals(Layout.BYTE_FIELDS, pinned.layout());
    }

    @Test
    void opensOnTheAcceptOfItsSelect() {
        Conversation conversation = Conversation.openTagged(5);
        assertEquals(
                "version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 5",
                conversation.side.outcome().orElseThrow().inWords());
        assertEquals(KvmHandshake.NO_DEADLINE, conversation.side.nextDeadlineNanos());
    }

    @Test
    void refusesAnAcceptThatDiffersInAnyByteThatCounts() {
        for (int offset = 0; offset < Frames.LENGTH; offset++) {
            Conversation conversation = Conversation.require();
            conversation.negotiate();
            conversation.receive(conversation.offer(0));
            byte[] accept = conversation.accept();
            conversation.receive(Frames.with(accept, offset, accept[offset] ^ 0x40));
            boolean inMarkerOrKind = offset >= 8 && offset <= 12;
            conversation.assertFailed(inMarkerOrKind ? Clause.ACC_003 : Clause.ACC_002);
            assertEquals(0, conversation.unseen());
        }
    }

    @Test
    void refusesAnAcceptOfSomethingElseAlsoWhereItsDigestIsRight() {
        for (int offset : new int[] {14, 16, 24}) {
            Conversation conversation = Conversation.require();
            conversation.negotiate();
            byte[] offer = conversation.offer(0);
            conversation.receive(offer);
            byte[] select = conversation.next();
            byte[] accept = Frames.accept(conversation.hello(), offer, select);
            byte[] other = Frames.withoutDigest(Frames.with(accept, offset, accept[offset] ^ 1));
            int digest = Frames.digest(conversation.hello(), offer, Frames.withoutDigest(select), other);
            Unpooled.wrappedBuffer(other).setIntLE(28, digest);
            conversation.receive(other);
            conversation.assertFailed(Clause.ACC_002);
            Failure.Violated violated =
                    (Failure.Violated) conversation.side.failure().orElseThrow();
            assertEquals(offset, violated.violation().offset());
        }
    }

    @Test
    void refusesAnAcceptOfAChangedOffer() {
        Conversation conversation = Conversation.require();
        conversation.negotiate();
        byte[] sent = conversation.offer(0);
        conversation.receive(Frames.with(sent, 22, 0x10));
        byte[] accept = Frames.accept(conversation.hello(), sent, conversation.next());
        conversation.receive(accept);
        conversation.assertFailed(Clause.ACC_002);
    }

    @Test
    void showsReasonAndDetailOfAReject() {
        Conversation conversation = Conversation.require();
        conversation.negotiate();
        conversation.receive(conversation.offer(0));
        conversation.next();
        conversation.receive(Frames.reject(7, 0xABCD));
        assertEquals(
                "the device side sent REJECT DIGEST_MISMATCH, detail 0xabcd",
                conversation.side.failure().orElseThrow().inWords());
        assertEquals(0, conversation.unseen());
    }

    @Test
    void showsAnUnknownReasonAsANumber() {
        Conversation conversation = Conversation.require();
        conversation.negotiate();
        conversation.receive(conversation.offer(0));
        conversation.next();
        conversation.receive(Frames.reject(4711, 1));
        assertEquals(
                "the device side sent REJECT reason 4711, detail 0x1",
                conversation.side.failure().orElseThrow().inWords());
    }

    @Test
    void failsOnBytesBehindTheOfferWithoutASelect() {
        for (int surplus : new int[] {1, 31, 32, 33, 64}) {
            Conversation conversation = Conversation.prefer();
            conversation.readAttached("r");
            conversation.receive(conversation.offer(0x55), new byte[surplus]);
            conversation.assertFailed(Clause.KST_009);
            assertEquals(0, conversation.unseen());
            assertEquals(0x55, conversation.done("r").value());
        }
    }

    @Test
    void completesTheReadThatCarriedTheHelloWithTheOffersValue() {
        Conversation conversation = Conversation.prefer();
        conversation.readAttached("r");
        conversation.receive(conversation.offer(0xFFFF_FFFF_8765_4321L));
        assertEquals(new AccessEnd.Done(0x8765_4321L, Optional.empty()), conversation.ends.get("r"));
        assertEquals(KvmState.SELECT_SENT, conversation.side.state());
    }

    @Test
    void completesThatReadAlsoWhereTheOfferIsNotAcceptable() {
        Conversation conversation = Conversation.prefer();
        conversation.readAttached("r");
        conversation.receive(Frames.offer(conversation.hello(), 0x99, 0, 7, 7));
        assertEquals(0x99, conversation.done("r").value());
        assertEquals(KvmState.FAILED, conversation.side.state());
    }

    @Test
    void completesThatReadWithAPlainResponseAndStaysLegacy() {
        Conversation conversation = Conversation.prefer();
        conversation.readAttached("r");
        conversation.receive(Frames.response(0x1234));
        assertEquals(0x1234, conversation.done("r").value());
        assertEquals(
                "legacy info-word", conversation.side.outcome().orElseThrow().inWords());
        conversation.read("again", 0x20);
        assertArrayEquals(
                Frames.hex("60000000 00000000 0100000000000000 2000000000000000 0000000000000000"),
                conversation.next());
    }

    @Test
    void endsThatReadAsPerhapsExecutedWhereTheAnswerIsStale() {
        Conversation conversation = Conversation.prefer();
        conversation.readAttached("r");
        conversation.receive(Frames.with(conversation.offer(0x55), 13, 0));
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("r"));
        conversation.assertFailed(Clause.OFR_010);
    }

    @Test
    void sendsNothingBetweenHelloAndOfferNorBetweenSelectAndAccept() {
        Conversation conversation = Conversation.prefer();
        conversation.readAttached("r");
        conversation.submit("w", KvmCommand.write(1, 0, 4, 1));
        conversation.read("r2", 0);
        assertEquals(0, conversation.unseen());
        conversation.receive(conversation.offer(0));
        byte[] accept = conversation.accept();
        assertEquals(0, conversation.unseen());
        conversation.receive(accept);
        assertEquals(2, conversation.unseen());
    }

    @Test
    void sendsNoAttachedHelloWhileAResponseIsOutstanding() {
        Conversation conversation = Conversation.prefer();
        conversation.submit("w", KvmCommand.write(1, 0, 4, 1));
        assertArrayEquals(
                Frames.hex("61000000 00000000 0100000000000000 0000000000000000 0100000000000000"),
                conversation.next());
        conversation.read("r", 0);
        assertEquals(0, conversation.unseen());
        conversation.receive(Frames.response(0));
        assertEquals(1, Frames.kind(conversation.next()));
    }

    @Test
    void refusesADetachedHelloBehindAWrite() {
        Conversation conversation = Conversation.prefer();
        conversation.submit("w", KvmCommand.write(1, 0, 4, 1).posted());
        assertThrows(IllegalStateException.class, conversation::negotiate);
    }

    @Test
    void negotiatesBeforeTheFirstAccessUnderRequire() {
        Conversation conversation = Conversation.require();
        conversation.submit("w", KvmCommand.write(1, 0, 4, 1));
        byte[] hello = conversation.next();
        assertEquals(0x7FFF_FFFF_FFFF_FF00L, Frames.field(hello, 16, 8));
        assertEquals(0, conversation.unseen());
    }

    @Test
    void failsADetachedHelloAtTheDeadlineAndNotBefore() {
        Conversation conversation = Conversation.prefer();
        conversation.negotiate();
        assertEquals(conversation.nowNanos + TimeUnit.SECONDS.toNanos(1), conversation.side.nextDeadlineNanos());
        conversation.pass(999);
        assertEquals(KvmState.HELLO_SENT, conversation.side.state());
        conversation.pass(1);
        conversation.assertFailed(Clause.KST_005);
        assertEquals(0, conversation.unseen());
    }

    @Test
    void failsASelectAtItsOwnDeadline() {
        Conversation conversation = Conversation.prefer();
        conversation.negotiate();
        conversation.pass(900);
        conversation.receive(conversation.offer(0));
        conversation.pass(999);
        assertEquals(KvmState.SELECT_SENT, conversation.side.state());
        conversation.pass(1);
        conversation.assertFailed(Clause.KST_005);
    }

    @Test
    void abortsWithPolicyWhereTheUserGivesUpAnOffer() {
        ByteBuf out = Unpooled.buffer();
        KvmHandshake handshake = offered(out);
        handshake.giveUp(out);
        assertArrayEquals(
                Frames.hex("0f00 494f5248 06 00 0b00 000000000000 0000000000000000 0000000000000000"),
                ByteBufUtil.getBytes(out));
        assertEquals(KvmState.FAILED, handshake.state());
    }

    @Test
    void holdsAnOfferWithoutADeadline() {
        KvmHandshake handshake = offered(Unpooled.buffer());
        handshake.deadlineReached(Long.MAX_VALUE - 1);
        assertEquals(KvmState.OFFERED, handshake.state());
        handshake.receive(Unpooled.wrappedBuffer(new byte[Frames.LENGTH]), 0, Unpooled.buffer());
        assertEquals(
                Optional.of(Clause.KST_009), handshake.failure().orElseThrow().clause());
    }

    @Test
    void namesTheClauseWhereAPeerSpeaksFirst() {
        Conversation conversation = Conversation.prefer();
        conversation.writing = Conversation.Writing.STALLED;
        conversation.side.negotiate(conversation.nowNanos);
        conversation.receive(new byte[1]);
        conversation.assertFailed(Clause.KST_001);
        assertEquals(0, conversation.side.takeable());
    }
}
