// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Makes frames of a byte stream, wherever it was cut [CHN-002]. It hands on whole frames in place, without a copy. It copies
 * only a frame that came in pieces, into a buffer for one frame.
 *
 * <p>Confined to one thread.
 */
public final class FrameAssembler {
    /** What to do with the frames that follow. */
    public enum Progress {
        MORE,
        /** Leave the rest of the bytes where they are. */
        STOP
    }

    /** Takes one frame, of {@link Frame#LENGTH} bytes from {@code index} on; the bytes are only lent. */
    @FunctionalInterface
    public interface Sink {
        Progress accept(ByteBuf buffer, int index);
    }

    private final ByteBuf partial = Unpooled.buffer(Frame.LENGTH, Frame.LENGTH);

    /**
     * Hands on every frame that is complete with the readable bytes of {@code in}, and moves its reader index past what
     * was handed on or kept; after STOP the bytes that follow that frame stay readable.
     */
    public void receive(ByteBuf in, Sink sink) {
        if (partial.isReadable()) {
            partial.writeBytes(in, Math.min(in.readableBytes(), partial.writableBytes()));
            if (partial.isWritable()) {
                return;
            }
            Progress progress = sink.accept(partial, 0);
            partial.clear();
            if (progress == Progress.STOP) {
                return;
            }
        }
        while (in.readableBytes() >= Frame.LENGTH) {
            int index = in.readerIndex();
            in.skipBytes(Frame.LENGTH);
            if (sink.accept(in, index) == Progress.STOP) {
                return;
            }
        }
        partial.writeBytes(in);
    }

    /**
     * How many bytes of an unfinished frame are held, 0..31. At the end of the stream, any number but 0 is a violation
     * [CHN-004].
     */
    public int held() {
        return partial.readableBytes();
    }
}
