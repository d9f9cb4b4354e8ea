// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.ioregionfd.attach.LoopSocket;

/** The answers of a channel on their way to its socket: as many as there is room for, the rest later. Confined to the loop's thread. */
final class Answers {
    private final LoopSocket socket;
    private ByteBuf rest = Unpooled.EMPTY_BUFFER;
    private boolean failed;

    Answers(LoopSocket socket) {
        this.socket = socket;
    }

    /** Whether there was no room for some of them. */
    boolean areLeft() {
        return rest.isReadable();
    }

    /** Whether the peer takes none any more: they are dropped. */
    boolean haveFailed() {
        return failed;
    }

    /** Sends these, as far as there is room, and keeps the rest. None may be left from before. */
    void send(ByteBuffer bytes) {
        write(bytes);
        if (bytes.hasRemaining()) {
            rest = Unpooled.directBuffer(bytes.remaining()).writeBytes(bytes);
        }
    }

    /** Sends what is left, as far as there is room now: how many bytes went. */
    int sendRest() {
        if (!rest.isReadable()) {
            return 0;
        }
        ByteBuffer bytes = rest.nioBuffer();
        int length = bytes.remaining();
        write(bytes);
        // [CHN-003] goes on after the bytes that were taken
        rest.skipBytes(length - bytes.remaining());
        if (!rest.isReadable()) {
            release();
        }
        return length - bytes.remaining();
    }

    void release() {
        rest.release();
        rest = Unpooled.EMPTY_BUFFER;
    }

    private void write(ByteBuffer bytes) {
        try {
            while (!failed && bytes.hasRemaining() && socket.write(bytes) > 0) {
                // A SEQPACKET socket takes one frame at a time.
            }
        } catch (IOException e) {
            failed = true;
        }
        if (failed) {
            bytes.position(bytes.limit());
        }
    }
}
