// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import java.util.Set;
import org.ioregionfd.wire.Clause;
import org.junit.jupiter.api.Test;

/** Accesses whose callers wait no longer: the stream never shifts. */
class KvmAbandonTest {
    private static final String GONE = "the caller has gone";

    private static KvmAccess<String> read(Conversation conversation, String name, long offset) {
        KvmAccess<String> access = conversation.side.submit(KvmCommand.read(1, offset, 4), name, conversation.nowNanos);
        conversation.settle();
        return access;
    }

    private static void abandon(Conversation conversation, KvmAccess<String> access) {
        conversation.side.abandon(access, GONE, conversation.nowNanos);
        conversation.settle();
    }

    @Test
    void throwsTheLateResponseAway() {
        Conversation conversation = Conversation.openTagged(4);
        KvmAccess<String> gone = read(conversation, "gone", 0x10);
        byte[] command = conversation.next();
        abandon(conversation, gone);
        assertEquals(new AccessEnd.MaybeExecuted(GONE), gone.end());
        read(conversation, "next", 0x20);
        byte[] next = conversation.next();
        conversation.receive(Frames.response(command, 0xBAD, 1), Frames.response(next, 0x20, 1));
        assertEquals(Set.of("next"), conversation.ends.keySet());
        assertEquals(0x20, conversation.done("next").value());
        assertEquals(KvmState.OPEN, conversation.side.state());
    }

    @Test
    void takesAResponseThatComesTwiceForAViolationAlsoThen() {
        Conversation conversation = Conversation.openTagged(4);
        KvmAccess<String> gone = read(conversation, "gone", 0x10);
        byte[] command = conversation.next();
        abandon(conversation, gone);
        conversation.receive(Frames.response(command, 0, 1), Frames.response(command, 0, 1));
        conversation.assertFailed(Clause.V2_005);
    }

    @Test
    void countsItInTheWindowAndKeepsItsTagUntilItsResponseCame() {
        Conversation conversation = Conversation.openTagged(1);
        KvmAccess<String> gone = read(conversation, "gone", 0x10);
        byte[] command = conversation.next();
        abandon(conversation, gone);
        read(conversation, "next", 0x20);
        assertEquals(0, conversation.unseen());
        conversation.receive(Frames.response(command, 0, 1));
        assertNotEquals(Frames.field(command, 4, 4), Frames.field(conversation.next(), 4, 4));
    }

    @Test
    void keepsTheOrderInVersionsZeroAndOne() {
        for (Conversation conversation : new Conversation[] {
            new Conversation(KvmPolicy.builder().policy(Policy.OFF).build()),
            Conversation.open(KvmPolicy.builder().build(), 1, 0, 3)
        }) {
            KvmAccess<String> gone = read(conversation, "gone", 0x10);
            conversation.next();
            abandon(conversation, gone);
            read(conversation, "next", 0x20);
            assertEquals(0, conversation.unseen());
            conversation.receive(Frames.response(0xBAD));
            conversation.next();
            conversation.receive(Frames.response(0x20));
            assertEquals(Set.of("next"), conversation.ends.keySet());
            assertEquals(0x20, conversation.done("next").value());
        }
    }

    @Test
    void neverSendsOneThatWaited() {
        Conversation conversation = Conversation.openTagged(1);
        read(conversation, "first", 0x10);
        byte[] first = conversation.next();
        KvmAccess<String> gone = read(conversation, "gone", 0x20);
        read(conversation, "last", 0x30);
        abandon(conversation, gone);
        assertEquals(new AccessEnd.NotSent(GONE), gone.end());
        conversation.receive(Frames.response(first, 1, 1));
        assertEquals(0x30, Frames.field(conversation.next(), 16, 8));
        assertEquals(Set.of("first"), conversation.ends.keySet());
    }

    @Test
    void neverTellsOneThatIsStillOnItsWayOutAsNotSent() {
        Conversation conversation = Conversation.openTagged(4);
        conversation.writing = Conversation.Writing.STALLED;
        KvmAccess<String> gone = read(conversation, "gone", 0x10);
        abandon(conversation, gone);
        assertEquals(new AccessEnd.MaybeExecuted(GONE), gone.end());
        conversation.writing = Conversation.Writing.AT_ONCE;
        conversation.settle();
        conversation.receive(Frames.response(conversation.next(), 1, 1));
        assertEquals(Set.of(), conversation.ends.keySet());
    }

    @Test
    void goesOnWithTheHandshakeOfAReadThatWasAbandoned() {
        Conversation conversation = Conversation.prefer();
        KvmAccess<String> gone = read(conversation, "gone", 0x10);
        byte[] hello = conversation.next();
        abandon(conversation, gone);
        byte[] offer = Frames.offer(hello, 0x42);
        conversation.receive(offer);
        conversation.receive(Frames.accept(hello, offer, conversation.next()));
        assertEquals(KvmState.OPEN, conversation.side.state());
        assertEquals(Set.of(), conversation.ends.keySet());
    }

    @Test
    void endsOnceAlsoWhereTheChannelFailsLater() {
        Conversation conversation = Conversation.openTagged(4);
        abandon(conversation, read(conversation, "gone", 0x10));
        KvmAccess<String> posted =
                conversation.side.submit(KvmCommand.write(1, 0, 4, 0).posted(), "posted", conversation.nowNanos);
        abandon(conversation, posted);
        conversation.peerCloses();
        assertEquals(Set.of(), conversation.ends.keySet());
        assertEquals(new AccessEnd.MaybeExecuted(GONE), posted.end());
    }

    @Test
    void failsTheChannelAtThePolicysDeadlineWhereNoResponseComes() {
        Conversation conversation = Conversation.openTagged(4);
        abandon(conversation, read(conversation, "gone", 0x10));
        conversation.pass(999);
        assertEquals(KvmState.OPEN, conversation.side.state());
        conversation.pass(1);
        assertEquals(KvmState.FAILED, conversation.side.state());
    }

    @Test
    void givesAPatientAccessItsTimeAndOthersTheirs() {
        Conversation conversation = Conversation.openTagged(4);
        KvmAccess<String> patient =
                new KvmAccess<>("patient").read(1, 0x10, 4).patientUntil(conversation.nowNanos + 5_000_000_000L);
        conversation.side.submit(patient, conversation.nowNanos);
        conversation.settle();
        byte[] slow = conversation.next();
        conversation.pass(4_000);
        assertEquals(KvmState.OPEN, conversation.side.state());
        conversation.receive(Frames.response(slow, 7, 1));
        assertEquals(7, conversation.done("patient").value());

        KvmAccess<String> again =
                new KvmAccess<>("again").read(1, 0x10, 4).patientUntil(conversation.nowNanos + 5_000_000_000L);
        conversation.side.submit(again, conversation.nowNanos);
        conversation.read("usual", 0x20);
        conversation.pass(1_000);
        assertEquals(KvmState.FAILED, conversation.side.state());
    }

    @Test
    void isNotToBeUsedAgainWhileItIsUnderWayNorWhenItWasAbandoned() {
        Conversation conversation = Conversation.openTagged(4);
        KvmAccess<String> access = read(conversation, "a", 0x10);
        assertThrows(IllegalStateException.class, access::fence);
        abandon(conversation, access);
        assertThrows(IllegalStateException.class, access::fence);
    }

    @Test
    void canBeUsedAgainWhenItWasPolled() {
        Conversation conversation = Conversation.openTagged(4);
        KvmAccess<String> access = new KvmAccess<>("again");
        for (int i = 1; i < 100; i++) {
            conversation.side.submit(access.read(1, i, 1), conversation.nowNanos);
            KvmAccess<String> other = conversation.side.submit(KvmCommand.fence(), "fence", conversation.nowNanos);
            writeAll(conversation);
            byte[] command = conversation.next();
            conversation.side.receive(
                    Unpooled.wrappedBuffer(Frames.response(command, i, 1), Frames.response(conversation.next(), 0, 1)),
                    conversation.nowNanos);
            assertSame(access, conversation.side.pollEndedAccess());
            assertSame(other, conversation.side.pollEndedAccess());
            assertEquals(i, access.value());
        }
    }

    private static void writeAll(Conversation conversation) {
        conversation.settle();
        assertEquals(Set.of(), conversation.ends.keySet());
    }
}
