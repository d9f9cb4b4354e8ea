// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import org.ioregionfd.wire.Status;
import org.junit.jupiter.api.Test;

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
        KvmHarness kvm = KvmHarness.openTagged(4);
        kvm.submit("f", KvmCommand.fence());
        byte[] fence = kvm.next();
        assertEquals(0x0001_0004, Frames.field(fence, 0, 4));
        assertNotEquals(0, Frames.field(fence, 4, 4));
        assertArrayEquals(new byte[24], Arrays.copyOfRange(fence, 8, 32));
        kvm.receive(Frames.response(fence, 0, OK));
        kvm.assertDone("f", 0, Optional.of(Status.OK));
    }

    @Test
    void sendsVersionTwoAsTheTablesSay() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        kvm.submit("r", KvmCommand.read(2, 0x10, 8));
        byte[] read = kvm.next();
        assertArrayEquals(Frames.hex("02030100"), Arrays.copyOf(read, 4));
        assertArrayEquals(
                Frames.hex("0200000000000000 1000000000000000 0000000000000000"), Arrays.copyOfRange(read, 8, 32));
        kvm.submit("p", KvmCommand.write(2, 0x10, 1, 0x1FF).posted());
        assertArrayEquals(
                Frames.hex("03000000 00000000 0200000000000000 1000000000000000 ff00000000000000"), kvm.next());
        kvm.submit("w", KvmCommand.write(2, 0x10, 2, 0x1_FFFF));
        byte[] write = kvm.next();
        assertArrayEquals(Frames.hex("03010100"), Arrays.copyOf(write, 4));
        assertNotEquals(0, Frames.field(write, 4, 4));
        assertEquals(0xFFFF, Frames.field(write, 24, 8));
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
    void matchesResponsesByTagWhereTheyMayBeOutOfOrder() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.read("a", 0);
        kvm.read("b", 0);
        kvm.read("c", 0);
        byte[] a = kvm.next();
        byte[] b = kvm.next();
        byte[] c = kvm.next();
        kvm.receive(Frames.response(b, 2, OK), Frames.response(c, 3, OK), Frames.response(a, 1, OK));
        assertEquals(1, kvm.value("a"));
        assertEquals(2, kvm.value("b"));
        assertEquals(3, kvm.value("c"));
    }

    @Test
    void failsOnResponsesOutOfOrderWhereThatWasNotAgreed() {
        KvmHarness kvm = KvmHarness.open(4, 0, 7);
        kvm.read("a", 0);
        kvm.read("b", 0);
        kvm.next();
        kvm.receive(Frames.response(kvm.next(), 2, OK));
        kvm.assertFailed(Clause.V2_005);
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("a"));
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("b"));
    }

    @Test
    void failsOnATagThatIsNotOutstanding() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.read("a", 0);
        byte[] a = kvm.next();
        kvm.receive(Frames.response(a, 1, OK));
        kvm.read("b", 0);
        kvm.receive(Frames.response(a, 1, OK));
        kvm.assertFailed(Clause.V2_005);
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("b"));
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
    void failsOnAnUnknownStatusAndOnReservedBytes() {
        for (int offset = 12; offset < Frames.LENGTH; offset++) {
            KvmHarness kvm = KvmHarness.openTagged(3);
            kvm.read("a", 0);
            byte[] response = Frames.response(kvm.next(), 1, OK);
            kvm.receive(Frames.with(response, offset, 0x40));
            kvm.assertFailed(Clause.V2_005);
        }
        for (int status : new int[] {0, 5, 0x0101}) {
            KvmHarness kvm = KvmHarness.openTagged(3);
            kvm.read("a", 0);
            kvm.receive(Frames.response(kvm.next(), 1, status));
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
        assertThrows(IllegalArgumentException.class, () -> KvmCommand.read(1, 0, 3));
        assertThrows(
                IllegalArgumentException.class, () -> KvmCommand.read(1, 0, 4).posted());
        assertThrows(IllegalArgumentException.class, () -> KvmCommand.fence().posted());
    }
}
