// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.ioregionfd.wire.Clause;
import org.junit.jupiter.api.Test;

/**
 * The ends of accesses and channels that fail. A response that comes before its command was written answers nothing, and
 * after a failed write nothing is sent.
 */
class KvmFailureTest {
    private static final int OK = 1;

    @Test
    void endsEveryAccessOfAFailedChannelByWhatWasWritten() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.writing = KvmHarness.Writing.STALLED;
        kvm.read("whole", 0);
        kvm.read("begun", 0);
        kvm.submit("posted", KvmCommand.write(1, 0, 4, 1).posted());
        kvm.read("given", 0);
        kvm.read("waiting", 0);
        ByteBuf taken = Unpooled.buffer();
        kvm.side.take(taken, 64);
        kvm.side.written(33, kvm.nowNanos);
        kvm.peerCloses();
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("whole"));
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("begun"));
        assertEquals(AccessEnd.NOT_SENT, kvm.end("posted"));
        assertEquals(AccessEnd.NOT_SENT, kvm.end("given"));
        assertEquals(AccessEnd.NOT_SENT, kvm.end("waiting"));
        assertEquals(0, kvm.side.takeable());
        kvm.read("afterwards", 0);
        assertEquals(AccessEnd.NOT_SENT, kvm.end("afterwards"));
        assertEquals(0, kvm.side.takeable());
    }

    @Test
    void boundsWhatIsGivenOutAndWhatWaits() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.writing = KvmHarness.Writing.STALLED;
        int inRoom = Transmission.UNWRITTEN_MAX / Frames.LENGTH;
        for (int i = 0; i < inRoom + KvmExchange.WAITING_MAX; i++) {
            kvm.submit("p" + i, KvmCommand.write(1, 0, 4, 1).posted());
        }
        assertEquals(Transmission.UNWRITTEN_MAX, kvm.side.takeable());
        assertTrue(kvm.ends.isEmpty());
        kvm.submit("one more", KvmCommand.write(1, 0, 4, 1).posted());
        assertEquals(AccessEnd.NOT_SENT, kvm.end("one more"));
        kvm.pass(1000);
        assertEquals(KvmState.FAILED, kvm.side.state());
        assertEquals(inRoom + KvmExchange.WAITING_MAX + 1, kvm.ends.size());
    }

    @Test
    void failsTheChannelWhenAnAccessIsNotAnsweredInTime() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.read("a", 0);
        kvm.pass(600);
        kvm.read("b", 0);
        kvm.next();
        kvm.receive(Frames.response(kvm.next(), 0, OK));
        kvm.pass(399);
        assertEquals(KvmState.OPEN, kvm.side.state());
        kvm.pass(1);
        assertEquals(KvmState.FAILED, kvm.side.state());
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("a"));
    }

    @Test
    void readsOnAfterAFailedWrite() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.read("a", 0);
        byte[] a = kvm.next();
        kvm.writing = KvmHarness.Writing.STALLED;
        kvm.read("b", 0);
        kvm.side.writeFailed(kvm.nowNanos);
        kvm.receive(Frames.response(a, 7, OK));
        assertEquals(7, kvm.value("a"));
        assertEquals(KvmState.OPEN, kvm.side.state());
        kvm.peerCloses();
        assertEquals(AccessEnd.NOT_SENT, kvm.end("b"));
    }

    @Test
    void findsTheRejectBehindAFailedWrite() {
        KvmHarness kvm = KvmHarness.require();
        kvm.negotiate(64, 7, 7);
        kvm.side.writeFailed(kvm.nowNanos);
        kvm.receive(Frames.reject(12, 0));
        assertInstanceOf(Failure.Rejected.class, kvm.side.failure().orElseThrow());
    }

    @Test
    void doesNotWaitForeverBehindAFailedWrite() {
        KvmHarness kvm = KvmHarness.openTagged(3);
        kvm.side.writeFailed(kvm.nowNanos);
        kvm.read("a", 0);
        kvm.pass(999);
        assertTrue(kvm.ends.isEmpty());
        kvm.pass(1);
        assertEquals(AccessEnd.NOT_SENT, kvm.end("a"));
    }

    @Test
    void closesOnARecordOfAnotherLength() {
        for (int length : new int[] {1, 31, 33, 64}) {
            KvmHarness kvm = KvmHarness.openTagged(3);
            kvm.read("a", 0);
            kvm.side.receiveRecord(Unpooled.wrappedBuffer(new byte[length]), kvm.nowNanos);
            kvm.settle();
            kvm.assertFailed(Clause.CHN_005);
        }
    }

    /** A K whose WRITE was answered, and whose READ waits to be written as the HELLO. */
    private static KvmHarness withHelloUnwritten() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.submit("w", KvmCommand.write(1, 0, 4, 1));
        kvm.receive(Frames.response(0));
        kvm.writing = KvmHarness.Writing.STALLED;
        kvm.read("r", 0x10);
        assertEquals(KvmState.HELLO_SENT, kvm.side.state());
        return kvm;
    }

    private static void write(KvmHarness kvm, int length) {
        ByteBuf out = Unpooled.buffer(length);
        kvm.side.take(out, length);
        kvm.side.written(out.readableBytes(), kvm.nowNanos);
    }

    @Test
    void failsOnAnAnswerToAHelloOfWhichNothingWasWritten() {
        KvmHarness kvm = withHelloUnwritten();
        kvm.receive(Frames.response(7));
        kvm.assertFailed(Clause.FAI_003);
        assertEquals(AccessEnd.NOT_SENT, kvm.end("r"));
    }

    @Test
    void failsOnOneByteBeforeTheHelloIsWritten() {
        KvmHarness kvm = withHelloUnwritten();
        kvm.receive(new byte[1]);
        kvm.assertFailed(Clause.FAI_003);
        assertEquals(AccessEnd.NOT_SENT, kvm.end("r"));
    }

    @Test
    void failsOnAnAnswerToAHelloThatWasNotWrittenWhole() {
        KvmHarness kvm = withHelloUnwritten();
        write(kvm, 31);
        kvm.receive(Frames.response(7));
        kvm.assertFailed(Clause.FAI_003);
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("r"));
    }

    @Test
    void takesTheAnswerToAHelloThatWasWrittenInPieces() {
        KvmHarness kvm = withHelloUnwritten();
        write(kvm, 31);
        write(kvm, 1);
        kvm.receive(Frames.response(7));
        assertEquals(7, kvm.value("r"));
        assertEquals(KvmState.LEGACY, kvm.side.state());
    }

    @Test
    void sendsNoSelectAfterAFailedWrite() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.readAttached("r");
        kvm.side.writeFailed(kvm.nowNanos);
        kvm.receive(kvm.offer(0x2A));
        assertEquals(0x2A, kvm.value("r"));
        assertEquals(0, kvm.unseen());
        kvm.peerCloses();
        assertInstanceOf(Failure.PeerClosed.class, kvm.side.failure().orElseThrow());
    }

    @Test
    void sendsNoAbortAfterAFailedWrite() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.readAttached("r");
        kvm.side.writeFailed(kvm.nowNanos);
        kvm.receive(Frames.offer(kvm.hello(), 0x2A, 0, 7, 7));
        assertInstanceOf(Failure.Aborted.class, kvm.side.failure().orElseThrow());
        assertEquals(0, kvm.unseen());
        assertEquals(0x2A, kvm.value("r"));
    }
}
