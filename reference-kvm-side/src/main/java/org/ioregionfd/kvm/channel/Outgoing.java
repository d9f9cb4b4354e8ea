// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes on their way from a core to its channel: as many as fit with each write. Guarded by the core's hold. */
public final class Outgoing {
    /** Writes to the channel without waiting. */
    @FunctionalInterface
    public interface Writer {
        /**
         * Writes as many bytes as there is room for, and moves the position behind them.
         *
         * @return how many; 0 where there is no room now
         * @throws IOException EPIPE or ECONNRESET
         */
        int write(ByteBuffer from) throws IOException;
    }

    private final ChannelCore core;
    private final Writer writer;
    private final ByteBuffer bytes;
    private final ByteBuf taken;

    /** {@code lengthMax} is a multiple of a frame's length. */
    public Outgoing(ChannelCore core, Writer writer, int lengthMax) {
        this.core = core;
        this.writer = writer;
        bytes = ByteBuffer.allocateDirect(lengthMax);
        taken = Unpooled.wrappedBuffer(bytes);
        bytes.limit(0);
    }

    /** Writes what the core has to send, as far as there is room. */
    public void send() {
        if (core.hasFailed()) {
            // [FAI-001] what was taken before and not written was told as not sent; only an ABORT is still to be taken
            drop();
        }
        try {
            while (fill()) {
                int length = writer.write(bytes);
                if (length == 0) {
                    return;
                }
                // [CHN-003] the rest goes out next; [FAI-001] K knows to the byte what was written
                core.written(length);
            }
        } catch (IOException e) {
            // [CHN-008] go on reading: a REJECT may still be there
            drop();
            core.writeFailed();
        }
    }

    /** Whether there was no room for some of the bytes. */
    public boolean areStuck() {
        return bytes.hasRemaining();
    }

    private void drop() {
        bytes.position(bytes.limit());
    }

    /** Whether there are bytes to be written. */
    private boolean fill() {
        if (bytes.hasRemaining()) {
            return true;
        }
        int length = Math.min(core.takeable(), bytes.capacity());
        if (length == 0) {
            return false;
        }
        taken.clear();
        core.take(taken, length);
        bytes.position(0).limit(length);
        return true;
    }
}
