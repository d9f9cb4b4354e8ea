// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Status;
import org.junit.jupiter.api.Test;

class KvmExchangeTest {
    private static final int OK = 1;
    private static final long HELLO_OFFSET = 0x7FFF_FFFF_FFFF_FF00L;

    private static Conversation legacy(Layout layout) {
        return new Conversation(
                KvmPolicy.builder().policy(Policy.OFF).layout(layout).build());
    }

    private static Conversation exact(int features) {
        return Conversation.open(KvmPolicy.builder().build(), 1, features, 3);
    }

    private static Conversation inOrder() {
        return Conversation.open(KvmPolicy.builder().build(), 4, 0, 7);
    }

    @Test
    void sendsPostedWritesOnlyWhereTheyWereAgreed() {
        for (Conversation conversation : new Conversation[] {exact(0), inOrder()}) {
            conversation.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
            assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("p"));
            assertEquals(0, conversation.unseen());
            assertEquals(KvmState.OPEN, conversation.side.state());
        }
    }

    @Test
    void sendsAFenceOnlyWhereItWasAgreed() {
        for (Conversation conversation :
                new Conversation[] {exact(1), inOrder(), legacy(Layout.INFO_WORD), Conversation.prefer()}) {
            conversation.submit("f", KvmCommand.fence());
            assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("f"));
            assertEquals(0, conversation.unseen());
        }
        Conversation conversation = Conversation.openTagged(4);
        conversation.submit("f", KvmCommand.fence());
        byte[] fence = conversation.next();
        assertEquals(0x0001_0004, Frames.field(fence, 0, 4));
        assertNotEquals(0, Frames.field(fence, 4, 4));
        assertArrayEquals(new byte[24], Arrays.copyOfRange(fence, 8, 32));
        conversation.receive(Frames.response(fence, 0, OK));
        assertEquals(new AccessEnd.Done(0, Optional.of(Status.OK)), conversation.ends.get("f"));
    }

    @Test
    void sendsVersionTwoAsTheTablesSay() {
        Conversation conversation = Conversation.openTagged(4);
        conversation.submit("r", KvmCommand.read(2, 0x10, 8));
        byte[] read = conversation.next();
        assertArrayEquals(Frames.hex("02030100"), Arrays.copyOf(read, 4));
        assertArrayEquals(
                Frames.hex("0200000000000000 1000000000000000 0000000000000000"), Arrays.copyOfRange(read, 8, 32));
        conversation.submit("p", KvmCommand.write(2, 0x10, 1, 0x1FF).posted());
        assertArrayEquals(
                Frames.hex("03000000 00000000 0200000000000000 1000000000000000 ff00000000000000"),
                conversation.next());
        conversation.submit("w", KvmCommand.write(2, 0x10, 2, 0x1_FFFF));
        byte[] write = conversation.next();
        assertArrayEquals(Frames.hex("03010100"), Arrays.copyOf(write, 4));
        assertNotEquals(0, Frames.field(write, 4, 4));
        assertEquals(0xFFFF, Frames.field(write, 24, 8));
    }

    @Test
    void keepsWithinTheWindowAndSendsOnAsResponsesCome() {
        Conversation conversation = Conversation.openTagged(3);
        for (int i = 0; i < 5; i++) {
            conversation.read("r" + i, i);
        }
        assertEquals(3, conversation.unseen());
        byte[] first = conversation.next();
        conversation.receive(Arrays.copyOf(Frames.response(first, 9, OK), 31));
        assertEquals(2, conversation.unseen());
        conversation.receive(new byte[1]);
        assertEquals(3, conversation.unseen());
        assertEquals(9, conversation.done("r0").value());
    }

    @Test
    void countsFencesAndNotPostedWritesInTheWindow() {
        Conversation conversation = Conversation.openTagged(2);
        conversation.submit("f", KvmCommand.fence());
        conversation.submit("p1", KvmCommand.write(1, 0, 4, 1).posted());
        conversation.read("r1", 0);
        conversation.submit("p2", KvmCommand.write(1, 0, 4, 1).posted());
        conversation.read("r2", 0);
        conversation.submit("p3", KvmCommand.write(1, 0, 4, 1).posted());
        assertEquals(4, conversation.unseen());
        assertEquals(Set.of("p1", "p2"), conversation.ends.keySet());
    }

    @Test
    void neverUsesATagTwiceWhileItIsOutstanding() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.read("held", 0);
        long held = Frames.field(conversation.next(), 4, 4);
        Set<Long> last = new HashSet<>();
        for (int i = 0; i < 70_000; i++) {
            conversation.read("r" + i, 0);
            byte[] command = conversation.next();
            long tag = Frames.field(command, 4, 4);
            assertTrue(tag != 0 && tag != held);
            if (i < 1000) {
                assertTrue(last.add(tag), "tag used again at once");
            }
            conversation.receive(Frames.response(command, 0, OK));
        }
        assertEquals(KvmState.OPEN, conversation.side.state());
    }

    @Test
    void matchesResponsesByTagWhereTheyMayBeOutOfOrder() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.read("a", 0);
        conversation.read("b", 0);
        conversation.read("c", 0);
        byte[] a = conversation.next();
        byte[] b = conversation.next();
        byte[] c = conversation.next();
        conversation.receive(Frames.response(b, 2, OK), Frames.response(c, 3, OK), Frames.response(a, 1, OK));
        assertEquals(1, conversation.done("a").value());
        assertEquals(2, conversation.done("b").value());
        assertEquals(3, conversation.done("c").value());
    }

    @Test
    void failsOnResponsesOutOfOrderWhereThatWasNotAgreed() {
        Conversation conversation = inOrder();
        conversation.read("a", 0);
        conversation.read("b", 0);
        conversation.next();
        conversation.receive(Frames.response(conversation.next(), 2, OK));
        conversation.assertFailed(Clause.V2_005);
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("a"));
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("b"));
    }

    @Test
    void failsOnATagThatIsNotOutstanding() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.read("a", 0);
        byte[] a = conversation.next();
        conversation.receive(Frames.response(a, 1, OK));
        conversation.read("b", 0);
        conversation.receive(Frames.response(a, 1, OK));
        conversation.assertFailed(Clause.V2_005);
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("b"));
    }

    @Test
    void failsOnAResponseToACommandThatWasNotWrittenYet() {
        Conversation tagged = Conversation.openTagged(3);
        tagged.writing = Conversation.Writing.STALLED;
        tagged.read("r", 0);
        ByteBuf command = Unpooled.buffer(Frames.LENGTH);
        tagged.side.take(command, Frames.LENGTH);
        tagged.side.written(Frames.LENGTH - 1, tagged.nowNanos);
        tagged.receive(Frames.response(command.array(), 7, OK));
        tagged.assertFailed(Clause.V2_005);
        assertInstanceOf(AccessEnd.MaybeExecuted.class, tagged.ends.get("r"));

        Conversation exact = exact(1);
        exact.writing = Conversation.Writing.STALLED;
        exact.read("r", 0);
        exact.receive(Frames.response(7));
        exact.assertFailed(Clause.FAI_003);
        assertInstanceOf(AccessEnd.NotSent.class, exact.ends.get("r"));
    }

    @Test
    void failsOnAnUnknownStatusAndOnReservedBytes() {
        for (int offset = 12; offset < Frames.LENGTH; offset++) {
            Conversation conversation = Conversation.openTagged(3);
            conversation.read("a", 0);
            byte[] response = Frames.response(conversation.next(), 1, OK);
            conversation.receive(Frames.with(response, offset, 0x40));
            conversation.assertFailed(Clause.V2_005);
        }
        for (int status : new int[] {0, 5, 0x0101}) {
            Conversation conversation = Conversation.openTagged(3);
            conversation.read("a", 0);
            conversation.receive(Frames.response(conversation.next(), 1, status));
            conversation.assertFailed(Clause.V2_005);
        }
    }

    @Test
    void tellsTheStatusOfAFailedAccessAndGoesOn() {
        Conversation conversation = Conversation.openTagged(3);
        for (Status status : Status.values()) {
            conversation.read(status.label(), 0);
            conversation.receive(Frames.response(conversation.next(), -1L, status.code()));
            assertEquals(new AccessEnd.Done(0xFFFF_FFFFL, Optional.of(status)), conversation.ends.get(status.label()));
        }
        assertEquals(KvmState.OPEN, conversation.side.state());
    }

    @Test
    void completesAPostedWriteWhenItIsWrittenWhole() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.writing = Conversation.Writing.STALLED;
        conversation.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
        conversation.side.take(Unpooled.buffer(), 32);
        conversation.side.written(31, conversation.nowNanos);
        conversation.settle();
        assertTrue(conversation.ends.isEmpty());
        conversation.side.written(1, conversation.nowNanos);
        conversation.settle();
        assertEquals(new AccessEnd.Done(0, Optional.empty()), conversation.ends.get("p"));
    }

    @Test
    void sendsAnAccessAtHelloOffsetInEveryAgreedVersion() {
        for (int versions : new int[] {1, 3, 7}) {
            Conversation conversation = Conversation.open(KvmPolicy.builder().build(), 1, 0, versions);
            conversation.submit("r", KvmCommand.read(1, HELLO_OFFSET, 8));
            byte[] read = conversation.next();
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
