// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.ioregionfd.wire.Frame;

/**
 * The bytes that K sends: those that the transport has not taken yet, and how many of all were written. So K knows of each
 * command whether a byte of it was written [FAI-001].
 *
 * <p>Confined to one thread.
 */
final class Transmission {
    /**
     * How many bytes may be given out and not yet written. Beyond this, no further command is given out, so that a peer that
     * does not read cannot make K hold more memory [FAI-004]. It is as much as the default send buffer of a socket takes at a
     * time.
     */
    static final int UNWRITTEN_MAX = 2048 * Frame.LENGTH;

    private final ByteBuf bytes = Unpooled.buffer(16 * Frame.LENGTH);
    private long taken;
    private long written;

    /** Where frames are appended. */
    ByteBuf bytes() {
        return bytes;
    }

    /** The position of the next appended byte in the stream of all sent bytes. */
    long position() {
        return taken + bytes.readableBytes();
    }

    boolean hasRoom() {
        return position() - written < UNWRITTEN_MAX;
    }

    /** Whether the first byte of the frame that begins there was written. */
    boolean hasBegun(long position) {
        return position < written;
    }

    /** Whether the frame that begins there was completely written. */
    boolean hasWritten(long position) {
        return position + Frame.LENGTH <= written;
    }

    int untaken() {
        return bytes.readableBytes();
    }

    /** Moves at most that many bytes to the transport's buffer. */
    void take(ByteBuf out, int lengthMax) {
        int length = Math.min(lengthMax, bytes.readableBytes());
        // through the buffer's own view, which it has made once
        out.ensureWritable(length);
        bytes.readBytes(out.internalNioBuffer(out.writerIndex(), length));
        out.writerIndex(out.writerIndex() + length);
        taken += length;
        bytes.discardSomeReadBytes();
    }

    void written(int length) {
        written += length;
    }

    /** Drops the bytes that were not taken: they will never be sent [FAI-002]. */
    void dropUntaken() {
        bytes.clear();
    }
}
