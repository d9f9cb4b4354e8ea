// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Status;
import org.junit.jupiter.api.Test;

/** Commands and responses of every version; the vectors have their frames. */
class KvmExchangeTest {
    private static final int OK = 1;
    private static final long HELLO_OFFSET = 0x7FFF_FFFF_FFFF_FF00L;

    @Test
    void sendsPostedWritesOnlyWhereTheyWereAgreed() {
        for (KvmHarness kvm : List.of(KvmHarness.open(1, 0, 3), KvmHarness.open(4, 0, 7))) {
            kvm.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
            assertEquals(AccessEnd.NOT_SENT, kvm.end("p"));
            assertEquals(0, kvm.unseen());
            assertEquals(KvmState.OPEN, kvm.side.state());
        }
    }

    @Test
    void sendsAFenceOnlyWhereItWasAgreed() {
        for (KvmHarness kvm :
                List.of(KvmHarness.open(1, 1, 3), KvmHarness.open(4, 0, 7), KvmHarness.off(), KvmHarness.prefer())) {
            kvm.submit("f", KvmCommand.fence());
            assertEquals(AccessEnd.NOT_SENT, kvm.end("f"));
            assertEquals(0, kvm.unseen());
        }
    }

    @Test
    void keepsWithinTheWindowAndSendsOnAsResponsesCome() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        for (int i = 0; i < 5; i++) {
            kvm.read("r" + i, i);
        }
        assertEquals(3, kvm.unseen());
        byte[] first = kvm.next();
        kvm.receive(Arrays.copyOf(Frames.response(first, 9, OK), 31));
        assertEquals(2, kvm.unseen());
        kvm.receive(new byte[1]);
        assertEquals(3, kvm.unseen());
        assertEquals(9, kvm.value("r0"));
    }

    @Test
    void countsFencesAndNotPostedWritesInTheWindow() {
        KvmHarness kvm = KvmHarness.openTagged(2);
        kvm.submit("f", KvmCommand.fence());
        kvm.submit("p1", KvmCommand.write(1, 0, 4, 1).posted());
        kvm.read("r1", 0);
        kvm.submit("p2", KvmCommand.write(1, 0, 4, 1).posted());
        kvm.read("r2", 0);
        kvm.submit("p3", KvmCommand.write(1, 0, 4, 1).posted());
        assertEquals(4, kvm.unseen());
        assertEquals(Set.of("p1", "p2"), kvm.ends.keySet());
    }

    @Test
    void neverUsesATagTwiceWhileItIsOutstanding() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.read("held", 0);
        long held = Frames.field(kvm.next(), 4, 4);
        Set<Long> last = new HashSet<>();
        for (int i = 0; i < 70_000; i++) {
            kvm.read("r" + i, 0);
            byte[] command = kvm.next();
            long tag = Frames.field(command, 4, 4);
            assertTrue(tag != 0 && tag != held);
            if (i < 1000) {
                assertTrue(last.add(tag), "tag used again at once");
            }
            kvm.receive(Frames.response(command, 0, OK));
        }
        assertEquals(KvmState.OPEN, kvm.side.state());
    }

    @Test
    void failsOnAResponseToACommandThatWasNotWrittenYet() {
        KvmHarness tagged = KvmHarness.openTagged(3);
        tagged.writing = KvmHarness.Writing.STALLED;
        tagged.read("r", 0);
        ByteBuf command = Unpooled.buffer(Frames.LENGTH);
        tagged.side.take(command, Frames.LENGTH);
        tagged.side.written(Frames.LENGTH - 1, tagged.nowNanos);
        tagged.receive(Frames.response(command.array(), 7, OK));
        tagged.assertFailed(Clause.V2_005);
        assertEquals(AccessEnd.MAYBE_EXECUTED, tagged.end("r"));

        KvmHarness exact = KvmHarness.open(1, 1, 3);
        exact.writing = KvmHarness.Writing.STALLED;
        exact.read("r", 0);
        exact.receive(Frames.response(7));
        exact.assertFailed(Clause.FAI_003);
        assertEquals(AccessEnd.NOT_SENT, exact.end("r"));
    }

    @Test
    void failsOnAnUnknownStatusAndOnEveryReservedByte() {
        for (int offset = 12; offset < Frames.LENGTH; offset++) {
            KvmHarness kvm = KvmHarness.openTagged(3);
            kvm.read("a", 0);
            byte[] response = Frames.response(kvm.next(), 1, OK);
            kvm.receive(Frames.with(response, offset, 0x40));
            kvm.assertFailed(Clause.V2_005);
        }
    }

    @Test
    void tellsTheStatusOfAFailedAccessAndGoesOn() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        for (Status status : Status.values()) {
            kvm.read(status.label(), 0);
            kvm.receive(Frames.response(kvm.next(), -1L, status.code()));
            kvm.assertDone(status.label(), 0xFFFF_FFFFL, Optional.of(status));
        }
        assertEquals(KvmState.OPEN, kvm.side.state());
    }

    @Test
    void completesAPostedWriteWhenItIsWrittenWhole() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.writing = KvmHarness.Writing.STALLED;
        kvm.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
        kvm.side.take(Unpooled.buffer(), 32);
        kvm.side.written(31, kvm.nowNanos);
        kvm.settle();
        assertTrue(kvm.ends.isEmpty());
        kvm.side.written(1, kvm.nowNanos);
        kvm.settle();
        kvm.assertDone("p", 0, Optional.empty());
    }

    @Test
    void sendsAnAccessAtHelloOffsetInEveryAgreedVersion() {
        for (int versions : new int[] {1, 3, 7}) {
            KvmHarness kvm = KvmHarness.open(1, 0, versions);
            kvm.submit("r", KvmCommand.read(1, HELLO_OFFSET, 8));
            byte[] read = kvm.next();
            assertEquals(HELLO_OFFSET, Frames.field(read, 16, 8));
            assertEquals(0, Frames.kind(read));
        }
    }

    @Test
    void refusesCommandsThatNoneMayBe() {
        assertThrows(IllegalArgumentException.class, () -> KvmCommand.read(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> KvmCommand.write(1, 0, 9, 0));
        KvmCommand three = KvmCommand.read(1, 0, 3);
        KvmAccess<String> access = new KvmAccess<>("r");
        assertThrows(IllegalArgumentException.class, () -> access.ask(three));
        assertThrows(
                IllegalArgumentException.class, () -> KvmCommand.read(1, 0, 4).posted());
        assertThrows(IllegalArgumentException.class, () -> KvmCommand.fence().posted());
    }

    /** Large numbers, which the vectors do not have. */
    @Test
    void sendsAllBitsOfRegionAndOffsetAndThoseOfTheDataThatTheSizeHas() {
        for (KvmHarness kvm : List.of(
                KvmHarness.off(),
                KvmHarness.off(Layout.BYTE_FIELDS),
                KvmHarness.open(1, 0, 3),
                KvmHarness.openTagged(4))) {
            kvm.submit("w", KvmCommand.write(0xA5A5_5A5A_1234_5678L, 0x7EDC_BA98_7654_3210L, 2, -1));
            byte[] write = kvm.next();
            assertEquals(0xA5A5_5A5A_1234_5678L, Frames.field(write, 8, 8));
            assertEquals(0x7EDC_BA98_7654_3210L, Frames.field(write, 16, 8));
            assertEquals(0xFFFF, Frames.field(write, 24, 8));
        }
    }

    /** One of each version. */
    private static List<KvmHarness> both() {
        return List.of(KvmHarness.off(), KvmHarness.open(1, 1, 3));
    }

    @Test
    void sendsNothingWhileAResponseIsOutstandingInVersionsZeroAndOne() {
        for (KvmHarness kvm : both()) {
            kvm.read("r1", 0);
            kvm.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
            kvm.read("r2", 4);
            assertEquals(1, kvm.unseen());
            kvm.next();
            kvm.receive(Frames.response(0xFFFF_FFFF_0000_0007L));
            kvm.assertDone("r1", 7, Optional.empty());
            assertEquals(2, kvm.unseen());
            kvm.receive(Frames.response(8));
            assertEquals(8, kvm.value("r2"));
        }
    }

    @Test
    void failsOnOneByteThatAnswersNothingInVersionsZeroAndOne() {
        for (KvmHarness kvm : both()) {
            kvm.read("r", 0);
            kvm.receive(Frames.response(1));
            kvm.receive(new byte[1]);
            kvm.assertFailed(Clause.FAI_003);
        }
    }

    @Test
    void failsOnOneByteBehindTheResponseAlthoughAnAccessWaits() {
        KvmHarness kvm = KvmHarness.open(1, 1, 3);
        kvm.read("r1", 0);
        kvm.read("r2", 4);
        kvm.receive(Arrays.copyOf(Frames.response(1), Frames.LENGTH + 1));
        kvm.assertFailed(Clause.FAI_003);
        assertEquals(1, kvm.value("r1"));
        assertEquals(AccessEnd.NOT_SENT, kvm.end("r2"));
    }

    @Test
    void ignoresWhatALegacyDevicePutsBehindTheData() {
        KvmHarness kvm = KvmHarness.off();
        kvm.read("r", 0);
        byte[] response = Frames.response(5);
        Arrays.fill(response, 8, 32, (byte) 0xEE);
        kvm.receive(response);
        assertEquals(5, kvm.value("r"));
    }

    @Test
    void sendsNoAccessAtHelloOffsetBeforeAVersionWasAgreed() {
        for (KvmHarness kvm : new KvmHarness[] {KvmHarness.off(), KvmHarness.prefer()}) {
            kvm.submit("r", KvmCommand.read(1, HELLO_OFFSET, 8));
            kvm.submit("w", KvmCommand.write(1, HELLO_OFFSET, 8, 1));
            assertEquals(AccessEnd.NOT_SENT, kvm.end("r"));
            assertEquals(AccessEnd.NOT_SENT, kvm.end("w"));
            assertEquals(0, kvm.unseen());
        }
    }
}
