// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Set;
import org.ioregionfd.wire.Clause;
import org.junit.jupiter.api.Test;

/** Accesses whose callers no longer wait: the stream never shifts. */
class KvmAbandonTest {
    private static final String GONE = "the caller has gone";

    private static void abandon(KvmHarness kvm, KvmAccess<String> access) {
        kvm.side.abandon(access, GONE, kvm.nowNanos);
        kvm.settle();
    }

    private static void assertGone(AccessEnd end, KvmAccess<String> access) {
        assertEquals(end, access.end());
        assertEquals(GONE, access.why());
    }

    @Test
    void throwsTheLateResponseAway() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        KvmAccess<String> gone = kvm.read("gone", 0x10);
        byte[] command = kvm.next();
        abandon(kvm, gone);
        assertGone(AccessEnd.MAYBE_EXECUTED, gone);
        kvm.read("next", 0x20);
        byte[] next = kvm.next();
        kvm.receive(Frames.response(command, 0xBAD, 1), Frames.response(next, 0x20, 1));
        assertEquals(Set.of("next"), kvm.ends.keySet());
        assertEquals(0x20, kvm.value("next"));
        assertEquals(KvmState.OPEN, kvm.side.state());
    }

    @Test
    void takesAResponseThatComesTwiceForAViolationAlsoThen() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        KvmAccess<String> gone = kvm.read("gone", 0x10);
        byte[] command = kvm.next();
        abandon(kvm, gone);
        kvm.receive(Frames.response(command, 0, 1), Frames.response(command, 0, 1));
        kvm.assertFailed(Clause.V2_005);
    }

    @Test
    void countsItInTheWindowAndKeepsItsTagUntilItsResponseCame() {
        KvmHarness kvm = KvmHarness.openTagged(1);
        KvmAccess<String> gone = kvm.read("gone", 0x10);
        byte[] command = kvm.next();
        abandon(kvm, gone);
        kvm.read("next", 0x20);
        assertEquals(0, kvm.unseen());
        kvm.receive(Frames.response(command, 0, 1));
        assertNotEquals(Frames.field(command, 4, 4), Frames.field(kvm.next(), 4, 4));
    }

    @Test
    void keepsTheOrderInVersionsZeroAndOne() {
        for (KvmHarness kvm : List.of(KvmHarness.off(), KvmHarness.open(1, 0, 3))) {
            KvmAccess<String> gone = kvm.read("gone", 0x10);
            kvm.next();
            abandon(kvm, gone);
            kvm.read("next", 0x20);
            assertEquals(0, kvm.unseen());
            kvm.receive(Frames.response(0xBAD));
            kvm.next();
            kvm.receive(Frames.response(0x20));
            assertEquals(Set.of("next"), kvm.ends.keySet());
            assertEquals(0x20, kvm.value("next"));
        }
    }

    @Test
    void neverSendsOneThatWaited() {
        KvmHarness kvm = KvmHarness.openTagged(1);
        kvm.read("first", 0x10);
        byte[] first = kvm.next();
        KvmAccess<String> gone = kvm.read("gone", 0x20);
        kvm.read("last", 0x30);
        abandon(kvm, gone);
        assertGone(AccessEnd.NOT_SENT, gone);
        kvm.receive(Frames.response(first, 1, 1));
        assertEquals(0x30, Frames.field(kvm.next(), 16, 8));
        assertEquals(Set.of("first"), kvm.ends.keySet());
    }

    @Test
    void neverTellsOneThatIsStillOnItsWayOutAsNotSent() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        kvm.writing = KvmHarness.Writing.STALLED;
        KvmAccess<String> gone = kvm.read("gone", 0x10);
        abandon(kvm, gone);
        assertGone(AccessEnd.MAYBE_EXECUTED, gone);
        kvm.writing = KvmHarness.Writing.AT_ONCE;
        kvm.settle();
        kvm.receive(Frames.response(kvm.next(), 1, 1));
        assertEquals(Set.of(), kvm.ends.keySet());
    }

    @Test
    void goesOnWithTheHandshakeOfAReadThatWasAbandoned() {
        KvmHarness kvm = KvmHarness.prefer();
        KvmAccess<String> gone = kvm.read("gone", 0x10);
        byte[] hello = kvm.next();
        abandon(kvm, gone);
        byte[] offer = Frames.offer(hello, 0x42);
        kvm.receive(offer);
        kvm.receive(Frames.accept(hello, offer, kvm.next()));
        assertEquals(KvmState.OPEN, kvm.side.state());
        assertEquals(Set.of(), kvm.ends.keySet());
    }

    @Test
    void endsOnceAlsoWhereTheChannelFailsLater() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        abandon(kvm, kvm.read("gone", 0x10));
        KvmAccess<String> posted = new KvmAccess<>("posted").post(1, 0, 4, 0);
        kvm.side.submit(posted, kvm.nowNanos);
        abandon(kvm, posted);
        kvm.peerCloses();
        assertEquals(Set.of(), kvm.ends.keySet());
        assertGone(AccessEnd.MAYBE_EXECUTED, posted);
    }

    @Test
    void failsTheChannelAtThePolicysDeadlineWhereNoResponseComes() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        abandon(kvm, kvm.read("gone", 0x10));
        kvm.pass(999);
        assertEquals(KvmState.OPEN, kvm.side.state());
        kvm.pass(1);
        assertEquals(KvmState.FAILED, kvm.side.state());
    }

    @Test
    void givesAPatientAccessItsTimeAndOthersTheirs() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        long until = kvm.nowNanos + 5_000_000_000L;
        kvm.submit(new KvmAccess<>("patient").read(1, 0x10, 4).patientUntil(until));
        byte[] slow = kvm.next();
        kvm.pass(4_000);
        assertEquals(KvmState.OPEN, kvm.side.state());
        kvm.receive(Frames.response(slow, 7, 1));
        assertEquals(7, kvm.value("patient"));

        until = kvm.nowNanos + 5_000_000_000L;
        kvm.submit(new KvmAccess<>("again").read(1, 0x10, 4).patientUntil(until));
        kvm.read("usual", 0x20);
        kvm.pass(1_000);
        assertEquals(KvmState.FAILED, kvm.side.state());
    }

    @Test
    void isNotToBeUsedAgainWhileItIsUnderWayNorWhenItWasAbandoned() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        KvmAccess<String> access = kvm.read("a", 0x10);
        assertThrows(IllegalStateException.class, access::fence);
        abandon(kvm, access);
        assertThrows(IllegalStateException.class, access::fence);
    }

    @Test
    void canBeUsedAgainWhenItWasPolled() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        KvmAccess<String> access = new KvmAccess<>("again");
        for (int i = 1; i < 100; i++) {
            kvm.side.submit(access.read(1, i, 1), kvm.nowNanos);
            KvmAccess<String> other = new KvmAccess<>("fence").fence();
            kvm.side.submit(other, kvm.nowNanos);
            kvm.settle();
            assertEquals(Set.of(), kvm.ends.keySet());
            byte[] command = kvm.next();
            kvm.side.receive(
                    Unpooled.wrappedBuffer(Frames.response(command, i, 1), Frames.response(kvm.next(), 0, 1)),
                    kvm.nowNanos);
            assertSame(access, kvm.side.pollEndedAccess());
            assertSame(other, kvm.side.pollEndedAccess());
            assertEquals(i, access.value());
        }
    }
}
