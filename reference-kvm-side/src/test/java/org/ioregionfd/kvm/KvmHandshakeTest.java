// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.ioregionfd.wire.Frame;
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

    /** The same access under OFF and under PREFER, as the first of its channel and after WRITEs. */
    @ParameterizedTest
    @EnumSource
    void anAttachedHelloIsThePlainReadButForBytes2To7(Layout layout) {
        for (int size : new int[] {1, 2, 4, 8}) {
            for (int writes = 0; writes < 3; writes++) {
                byte[] plain = firstRead(Policy.OFF, layout, size, writes);
                byte[] hello = firstRead(Policy.PREFER, layout, size, writes);
                assertArrayEquals(Frames.hex("494f52480178"), Arrays.copyOfRange(hello, 2, 8));
                assertEquals(0xA5A5_5A5A_1234_5678L, Frames.field(hello, 8, 8));
                assertEquals(0x7FED_CBA9_8765_4321L, Frames.field(hello, 16, 8));
                System.arraycopy(plain, 2, hello, 2, 6);
                assertArrayEquals(plain, hello, "[HEL-007] " + size + " bytes behind " + writes + " WRITEs");
            }
        }
    }

    private static byte[] firstRead(Policy policy, Layout layout, int size, int writes) {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder().policy(policy).layout(layout));
        for (int i = 0; i < writes; i++) {
            kvm.submit("w" + i, KvmCommand.write(2, 0x18, 8, -1).posted());
            kvm.next();
        }
        kvm.submit("r", KvmCommand.read(0xA5A5_5A5A_1234_5678L, 0x7FED_CBA9_8765_4321L, size));
        return kvm.next();
    }

    @Test
    void aDetachedHelloNamesTheRegionOfTheAccessThatItGoesBefore() {
        for (KvmCommand access : List.of(KvmCommand.read(0x1122, 0x128, 8), KvmCommand.write(0x1122, 0x128, 8, 1))) {
            KvmHarness kvm = KvmHarness.require();
            kvm.submit("a", access);
            assertArrayEquals(
                    Frames.hex("4000 494f5248 01 78 2211000000000000 00ffffffffffff7f 0000000000000000"),
                    kvm.next(),
                    "HEL-005");
            assertEquals(0, kvm.unseen());
        }
    }

    @Test
    void sendsNoHelloUnderOffNorUnderAPinOfVersionZero() {
        KvmPolicy pinned = KvmPolicy.builder()
                .pin(new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, Layout.BYTE_FIELDS))
                .build();
        KvmPolicy off = KvmPolicy.builder().policy(Policy.OFF).build();
        for (KvmPolicy policy : List.of(pinned, off)) {
            KvmHarness kvm = new KvmHarness(policy);
            kvm.side.negotiate(0);
            kvm.read("r", 0x10);
            assertEquals(0, Frames.kind(kvm.next()));
            assertEquals(
                    new Outcome.LegacyPeer(policy.layout()), kvm.side.outcome().orElseThrow());
        }
        assertEquals(Layout.BYTE_FIELDS, pinned.layout());
    }

    @Test
    void staysInIdleUnderOffUntilItSends() {
        KvmHarness kvm = KvmHarness.off();
        kvm.read("refused", Frame.HELLO_OFFSET);
        assertEquals(KvmState.IDLE, kvm.side.state());
        kvm.read("r", 0x10);
        assertEquals(KvmState.LEGACY, kvm.side.state());
    }

    @Test
    void opensOnTheAcceptOfItsSelect() {
        KvmHarness kvm = KvmHarness.openTagged(5);
        assertEquals(
                "version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 5",
                kvm.side.outcome().orElseThrow().inWords());
        assertEquals(KvmHandshake.NO_DEADLINE, kvm.side.nextDeadlineNanos());
    }

    @Test
    void refusesAnAcceptThatDiffersInAnyByteThatCounts() {
        for (int offset = 0; offset < Frames.LENGTH; offset++) {
            KvmHarness kvm = KvmHarness.require();
            kvm.negotiate(64, 7, 7);
            byte[] accept = kvm.accept();
            kvm.receive(Frames.with(accept, offset, accept[offset] ^ 0x40));
            boolean inMarkerOrKind = offset >= 8 && offset <= 12;
            kvm.assertFailed(inMarkerOrKind ? Clause.ACC_003 : Clause.ACC_002);
            assertEquals(0, kvm.unseen());
        }
    }

    @Test
    void refusesAnAcceptOfSomethingElseAlsoWhereItsDigestIsRight() {
        for (int offset : new int[] {14, 16, 24}) {
            KvmHarness kvm = KvmHarness.require();
            kvm.negotiate();
            byte[] offer = kvm.offer(0);
            kvm.receive(offer);
            byte[] select = kvm.next();
            byte[] accept = Frames.accept(kvm.hello(), offer, select);
            byte[] other = Frames.withoutDigest(Frames.with(accept, offset, accept[offset] ^ 1));
            int digest = Frames.digest(kvm.hello(), offer, Frames.withoutDigest(select), other);
            Unpooled.wrappedBuffer(other).setIntLE(28, digest);
            kvm.receive(other);
            kvm.assertFailed(Clause.ACC_002);
            Failure.Violated violated = (Failure.Violated) kvm.side.failure().orElseThrow();
            assertEquals(offset, violated.violation().offset());
        }
    }

    @Test
    void failsOnBytesBehindTheOfferWithoutASelect() {
        for (int surplus : new int[] {1, 31, 32, 33, 64}) {
            KvmHarness kvm = KvmHarness.prefer();
            kvm.readAttached("r");
            kvm.receive(kvm.offer(0x55), new byte[surplus]);
            kvm.assertFailed(Clause.KST_009);
            assertEquals(0, kvm.unseen());
            assertEquals(0x55, kvm.value("r"));
        }
    }

    @Test
    void completesTheReadThatCarriedTheHelloWithTheOffersValue() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.readAttached("r");
        kvm.receive(kvm.offer(0xFFFF_FFFF_8765_4321L));
        kvm.assertDone("r", 0x8765_4321L, Optional.empty());
        assertEquals(KvmState.SELECT_SENT, kvm.side.state());
    }

    @Test
    void endsThatReadAsPerhapsExecutedWhereTheAnswerIsStale() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.readAttached("r");
        kvm.receive(Frames.with(kvm.offer(0x55), 13, 0));
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("r"));
        kvm.assertFailed(Clause.OFR_010);
    }

    @Test
    void sendsNothingBetweenHelloAndOfferNorBetweenSelectAndAccept() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.readAttached("r");
        kvm.submit("w", KvmCommand.write(1, 0, 4, 1));
        kvm.read("r2", 0);
        assertEquals(0, kvm.unseen());
        kvm.receive(kvm.offer(0));
        byte[] accept = kvm.accept();
        assertEquals(0, kvm.unseen());
        kvm.receive(accept);
        assertEquals(2, kvm.unseen());
    }

    @Test
    void sendsNoAttachedHelloWhileAResponseIsOutstanding() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.submit("w", KvmCommand.write(1, 0, 4, 1));
        kvm.next();
        kvm.read("r", 0);
        assertEquals(0, kvm.unseen());
        kvm.receive(Frames.response(0));
        assertEquals(1, Frames.kind(kvm.next()));
    }

    @Test
    void failsADetachedHelloAtTheDeadlineAndNotBefore() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.negotiate();
        assertEquals(kvm.nowNanos + TimeUnit.SECONDS.toNanos(1), kvm.side.nextDeadlineNanos());
        kvm.pass(999);
        assertEquals(KvmState.HELLO_SENT, kvm.side.state());
        kvm.pass(1);
        kvm.assertFailed(Clause.KST_005);
        assertEquals(0, kvm.unseen());
    }

    @Test
    void failsASelectAtItsOwnDeadline() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.negotiate();
        kvm.pass(900);
        kvm.receive(kvm.offer(0));
        kvm.pass(999);
        assertEquals(KvmState.SELECT_SENT, kvm.side.state());
        kvm.pass(1);
        kvm.assertFailed(Clause.KST_005);
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
        KvmHarness kvm = KvmHarness.prefer();
        kvm.writing = KvmHarness.Writing.STALLED;
        kvm.side.negotiate(kvm.nowNanos);
        kvm.receive(new byte[1]);
        kvm.assertFailed(Clause.KST_001);
        assertEquals(0, kvm.side.takeable());
    }
}
