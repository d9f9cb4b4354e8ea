// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.ioregionfd.kvm.Conversation.Writing;
import org.ioregionfd.wire.Clause;
import org.junit.jupiter.api.Test;

/** What comes before the frame that it would answer was written answers nothing, and after a failed write nothing is sent. */
class UnwrittenFramesTest {
    /** A K whose WRITE was answered, and whose READ waits to be written as the HELLO. */
    private static Conversation withHelloUnwritten() {
        Conversation conversation = Conversation.prefer();
        conversation.submit("w", KvmCommand.write(1, 0, 4, 1));
        conversation.receive(Frames.response(0));
        conversation.writing = Writing.STALLED;
        conversation.read("r", 0x10);
        assertEquals(KvmState.HELLO_SENT, conversation.side.state());
        return conversation;
    }

    private static void write(Conversation conversation, int length) {
        ByteBuf out = Unpooled.buffer(length);
        conversation.side.take(out, length);
        conversation.side.written(out.readableBytes(), conversation.nowNanos);
    }

    @Test
    void failsOnAnAnswerToAHelloOfWhichNothingWasWritten() {
        Conversation conversation = withHelloUnwritten();
        conversation.receive(Frames.response(7));
        conversation.assertFailed(Clause.FAI_003);
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("r"));
    }

    @Test
    void failsOnAnAnswerToAHelloThatWasNotWrittenWhole() {
        Conversation conversation = withHelloUnwritten();
        write(conversation, 31);
        conversation.receive(Frames.response(7));
        conversation.assertFailed(Clause.FAI_003);
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("r"));
    }

    @Test
    void takesTheAnswerToAHelloThatWasWrittenInPieces() {
        Conversation conversation = withHelloUnwritten();
        write(conversation, 31);
        write(conversation, 1);
        conversation.receive(Frames.response(7));
        assertEquals(7, conversation.done("r").value());
        assertEquals(KvmState.LEGACY, conversation.side.state());
    }

    @Test
    void sendsNoSelectAfterAFailedWrite() {
        Conversation conversation = Conversation.prefer();
        conversation.readAttached("r");
        conversation.side.writeFailed(conversation.nowNanos);
        conversation.receive(conversation.offer(0x2A));
        assertEquals(0x2A, conversation.done("r").value());
        assertEquals(0, conversation.unseen());
        conversation.peerCloses();
        assertInstanceOf(Failure.PeerClosed.class, conversation.side.failure().orElseThrow());
    }

    @Test
    void sendsNoAbortAfterAFailedWrite() {
        Conversation conversation = Conversation.prefer();
        conversation.readAttached("r");
        conversation.side.writeFailed(conversation.nowNanos);
        conversation.receive(Frames.offer(conversation.hello(), 0x2A, 0, 7, 7));
        assertInstanceOf(Failure.Aborted.class, conversation.side.failure().orElseThrow());
        assertEquals(0, conversation.unseen());
        assertEquals(0x2A, conversation.done("r").value());
    }
}
