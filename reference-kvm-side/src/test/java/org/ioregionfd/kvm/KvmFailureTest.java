// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.ioregionfd.wire.Clause;
import org.junit.jupiter.api.Test;

/** How accesses and channels end that do not end well. */
class KvmFailureTest {
    private static final int OK = 1;

    @Test
    void endsEveryAccessOfAFailedChannelByWhatWasWritten() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.writing = Conversation.Writing.STALLED;
        conversation.read("whole", 0);
        conversation.read("begun", 0);
        conversation.submit("posted", KvmCommand.write(1, 0, 4, 1).posted());
        conversation.read("given", 0);
        conversation.read("waiting", 0);
        ByteBuf taken = Unpooled.buffer();
        conversation.side.take(taken, 64);
        conversation.side.written(33, conversation.nowNanos);
        conversation.peerCloses();
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("whole"));
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("begun"));
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("posted"));
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("given"));
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("waiting"));
        assertEquals(0, conversation.side.takeable());
        conversation.read("afterwards", 0);
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("afterwards"));
        assertEquals(0, conversation.side.takeable());
    }

    @Test
    void boundsWhatIsGivenOutAndWhatWaits() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.writing = Conversation.Writing.STALLED;
        int inRoom = Transmission.UNWRITTEN_MAX / Frames.LENGTH;
        for (int i = 0; i < inRoom + KvmExchange.WAITING_MAX; i++) {
            conversation.submit("p" + i, KvmCommand.write(1, 0, 4, 1).posted());
        }
        assertEquals(Transmission.UNWRITTEN_MAX, conversation.side.takeable());
        assertTrue(conversation.ends.isEmpty());
        conversation.submit("one more", KvmCommand.write(1, 0, 4, 1).posted());
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("one more"));
        conversation.pass(1000);
        assertEquals(KvmState.FAILED, conversation.side.state());
        assertEquals(inRoom + KvmExchange.WAITING_MAX + 1, conversation.ends.size());
    }

    @Test
    void failsTheChannelWhenAnAccessIsNotAnsweredInTime() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.read("a", 0);
        conversation.pass(600);
        conversation.read("b", 0);
        conversation.next();
        conversation.receive(Frames.response(conversation.next(), 0, OK));
        conversation.pass(399);
        assertEquals(KvmState.OPEN, conversation.side.state());
        conversation.pass(1);
        assertEquals(KvmState.FAILED, conversation.side.state());
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("a"));
    }

    @Test
    void readsOnAfterAFailedWrite() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.read("a", 0);
        byte[] a = conversation.next();
        conversation.writing = Conversation.Writing.STALLED;
        conversation.read("b", 0);
        conversation.side.writeFailed(conversation.nowNanos);
        conversation.receive(Frames.response(a, 7, OK));
        assertEquals(7, conversation.done("a").value());
        assertEquals(KvmState.OPEN, conversation.side.state());
        conversation.peerCloses();
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("b"));
    }

    @Test
    void findsTheRejectBehindAFailedWrite() {
        Conversation conversation = Conversation.require();
        conversation.negotiate();
        conversation.receive(conversation.offer(0));
        conversation.side.writeFailed(conversation.nowNanos);
        conversation.receive(Frames.reject(12, 0));
        assertInstanceOf(Failure.Rejected.class, conversation.side.failure().orElseThrow());
    }

    @Test
    void doesNotWaitForeverBehindAFailedWrite() {
        Conversation conversation = Conversation.openTagged(3);
        conversation.side.writeFailed(conversation.nowNanos);
        conversation.read("a", 0);
        conversation.pass(999);
        assertTrue(conversation.ends.isEmpty());
        conversation.pass(1);
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("a"));
    }

    @Test
    void closesOnARecordOfAnotherLength() {
        for (int length : new int[] {1, 31, 33, 64}) {
            Conversation conversation = Conversation.openTagged(3);
            conversation.read("a", 0);
            conversation.side.receiveRecord(Unpooled.wrappedBuffer(new byte[length]), conversation.nowNanos);
            conversation.settle();
            conversation.assertFailed(Clause.CHN_005);
        }
    }
}
