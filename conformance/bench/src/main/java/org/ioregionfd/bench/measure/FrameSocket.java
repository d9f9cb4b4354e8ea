// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import org.ioregionfd.conformance.rules.Registry;

/**
 * A connected socket with buffers for as many frames as the largest window. Confined to one thread, except for {@link
 * #close}.
 */
class FrameSocket implements AutoCloseable {
    static final int FRAME = Registry.FRAME_LENGTH;

    /** What {@link #send} sends: from the buffer's start to its position. */
    final ByteBuffer out = buffer();

    /** What {@link #receive} has read: from the buffer's start to its position. */
    final ByteBuffer in = buffer();

    private final SocketChannel socket;

    FrameSocket(SocketChannel socket) {
        this.socket = socket;
    }

    /** Sends all that is in {@link #out}. */
    final void send() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            socket.write(out);
        }
    }

    /** Reads until there is a frame, takes everything else that has come, and gives the number of whole frames. */
    final int receive() throws IOException {
        while (in.position() < FRAME) {
            if (socket.read(in) < 0) {
                throw new EOFException("the peer closed the channel");
            }
        }
        return in.position() / FRAME;
    }

    /** Drops so many frames and keeps the bytes after them. */
    final void drop(int frames) {
        in.limit(in.position()).position(frames * FRAME);
        in.compact();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(FastChannel.WINDOW_MAX * FRAME).order(ByteOrder.LITTLE_ENDIAN);
    }
}
