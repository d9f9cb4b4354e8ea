// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.ioregionfd.kvm.KvmHarness.Writing;
import org.ioregionfd.wire.Clause;
import org.junit.jupiter.api.Test;

/** What comes before the frame that it would answer was written answers nothing, and after a failed write nothing is sent. */
class UnwrittenFramesTest {
    /** A K whose WRITE was answered, and whose READ waits to be written as the HELLO. */
    private static KvmHarness withHelloUnwritten() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.submit("w", KvmCommand.write(1, 0, 4, 1));
        kvm.receive(Frames.response(0));
        kvm.writing = Writing.STALLED;
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
