// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.ioregionfd.wire.Frame;

/**
 * The bytes that K sends: those that the transport has not taken yet, and how many of all were written, so that of each
 * command it is known whether a byte of it was written [FAI-001].
 *
 * <p>Confined to one thread.
 */
final class Transmission {
    /**
     * How many bytes may be given out and not written before no further command is: a peer that does not read holds no
     * more of our memory than this [FAI-004]. It is as many as the default send buffer of a socket takes at a time.
     */
    static final int UNWRITTEN_MAX = 2048 * Frame.LENGTH;

    private final ByteBuf bytes = Unpooled.buffer(16 * Frame.LENGTH);
    private long taken;
    private long written;

    /** Where frames are appended. */
    ByteBuf bytes() {
        return bytes;
    }

    /** The position of the byte that is appended next in the stream of all bytes sent. */
    long position() {
        return taken + bytes.readableBytes();
    }

    boolean hasRoom() {
        return position() - written < UNWRITTEN_MAX;
    }

    /** Whether the first byte of a frame that begins there was written. */
    boolean hasBegun(long position) {
        return position < written;
    }

    /** Whether a frame that begins there was written whole. */
    boolean hasWritten(long position) {
        return position + Frame.LENGTH <= written;
    }

    int untaken() {
        return bytes.readableBytes();
    }

    /** Moves at most that many bytes to the transport's buffer. */
    void take(ByteBuf out, int lengthMax) {
        int length = Math.min(lengthMax, bytes.readableBytes());
        // by words, and not from array to memory: that would make a view of the memory
        int words = length / Long.BYTES;
        for (int i = 0; i < words; i++) {
            out.writeLong(bytes.readLong());
        }
        for (int i = words * Long.BYTES; i < length; i++) {
            out.writeByte(bytes.readByte());
        }
        taken += length;
        bytes.discardSomeReadBytes();
    }

    void written(int length) {
        written += length;
    }

    /** Forgets what was not taken: it will never be sent [FAI-002]. */
    void dropUntaken() {
        bytes.clear();
    }
}
