// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;

/**
 * What all frames have in common: the length, the marker and the marker's place.
 *
 * <p>A frame from K is marked in bytes 2..5, a frame from D in bytes 8..11; kind and nonce follow the marker. These methods
 * look at one place only, and search nowhere else [MRK-001]. All of them read absolutely and leave reader and writer index
 * alone. The caller makes sure that {@link #LENGTH} bytes are there.
 */
public final class Frame {
    /** Every message is one frame of this many bytes [CHN-001]. */
    public static final int LENGTH = 32;

    /** The offset of a detached HELLO; an ordinary bad offset once version 0 was agreed [HEL-012, V0-017]. */
    public static final long HELLO_OFFSET = 0x7FFF_FFFF_FFFF_FF00L;

    /** Byte 0 of SELECT and ABORT; no version uses it for a command. */
    public static final int HANDSHAKE_OP = 0x0F;

    static final int MARKER_LENGTH = 4;

    /** "IORH" as a little-endian u32. */
    private static final int MARKER = 0x4852_4F49;

    private Frame() {}

    /** Whether the frame from K that begins at {@code index} bears the marker. */
    public static boolean isMarkedCommand(ByteBuf buffer, int index) {
        return isMarkedCommand(buffer.getLongLE(index));
    }

    /** The same, of a frame's first eight bytes. */
    static boolean isMarkedCommand(long head) {
        return (int) (head >>> (8 * Fields.COMMAND_MARKER)) == MARKER;
    }

    /** Whether the frame from D that begins at {@code index} bears the marker. */
    public static boolean isMarkedResponse(ByteBuf buffer, int index) {
        return hasMarkerAt(buffer, index + Fields.RESPONSE_MARKER);
    }

    /** The kind of a marked frame from K, 0..255. */
    public static int commandKind(ByteBuf buffer, int index) {
        return buffer.getUnsignedByte(index + Fields.COMMAND_KIND);
    }

    /** The kind of a marked frame from D, 0..255. */
    public static int responseKind(ByteBuf buffer, int index) {
        return buffer.getUnsignedByte(index + Fields.RESPONSE_KIND);
    }

    static boolean hasMarkerAt(ByteBuf buffer, int index) {
        return buffer.getIntLE(index) == MARKER;
    }

    /** Writes marker and kind; in every frame the kind follows the marker directly. */
    static void setMarker(ByteBuf buffer, int index, FrameKind kind) {
        buffer.setIntLE(index, MARKER);
        buffer.setByte(index + MARKER_LENGTH, kind.code());
    }

    /** The offset of the first byte that is not zero among those that the mask names, or -1. */
    static int firstNonZero(ByteBuf buffer, int index, int mask) {
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int offset = Integer.numberOfTrailingZeros(rest);
            if (buffer.getByte(index + offset) != 0) {
                return offset;
            }
        }
        return -1;
    }
}
