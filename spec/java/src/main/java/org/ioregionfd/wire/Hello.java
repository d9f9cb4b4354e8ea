// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * HELLO, from K: the READ that K would have sent anyway, marked in the bytes that a legacy device ignores [HEL-007].
 *
 * <pre>
 * byte  0       1       2               6       7       8               16              24            31
 *      +---------------+---------------+-------+-------+---------------+---------------+---------------+
 *      |   read_head   | I   O   R   H |   1   | nonce |   user_data   |    offset     |       0       |
 *      +---------------+---------------+-------+-------+---------------+---------------+---------------+
 * </pre>
 *
 * @param readHead bytes 0 and 1 of a version-0 READ, little-endian; tells the layout [HEL-010]
 * @param userData u64, of a registered region; 0 in a detached HELLO where there is none yet
 * @param offset u64; {@link Frame#HELLO_OFFSET} makes the HELLO detached, whatever its size [HEL-012]
 * @param nonce 0..255
 */
public record Hello(int readHead, long userData, long offset, int nonce) implements HandshakeFrame {
    /** The largest nonce. */
    public static final int NONCE_MAX = 0xFF;

    public Hello {
        if (!isReadHead(readHead)) {
            throw new IllegalArgumentException("no head of a READ: 0x" + Integer.toHexString(readHead));
        }
        HandshakeFrame.requireU8(nonce, "nonce");
    }

    /**
     * The READ that {@link LegacyCommand#writeRead} sends for the same access, marked.
     *
     * @param sizeExponent 0..3: 1, 2, 4, 8 bytes
     */
    public static Hello of(Layout layout, int sizeExponent, long userData, long offset, int nonce) {
        return new Hello(LegacyCommand.readHead(layout, sizeExponent), userData, offset, nonce);
    }

    /** An 8-bit READ at HELLO_OFFSET [HEL-005]. */
    public static Hello detached(Layout layout, long userData, int nonce) {
        return of(layout, 0, userData, Frame.HELLO_OFFSET, nonce);
    }

    /** Whether bytes 0 and 1 of a frame are one of the read heads; the two layouts have none in common. */
    static boolean isReadHead(int head) {
        return (head & 0xFFCF) == 0x0040 || (head & 0xECFF) == 0;
    }

    /** The layout, from the read head [HEL-010]. */
    public Layout layout() {
        return (readHead & 0xFF) == 0 ? Layout.BYTE_FIELDS : Layout.INFO_WORD;
    }

    /** 0..3: 1, 2, 4, 8 bytes. */
    public int sizeExponent() {
        return switch (layout()) {
            case INFO_WORD -> readHead >>> 4 & 3;
            case BYTE_FIELDS -> readHead >>> 8 & 3;
        };
    }

    /** Whether this HELLO asks for no access. */
    public boolean isDetached() {
        return offset == Frame.HELLO_OFFSET;
    }

    @Override
    public FrameKind kind() {
        return FrameKind.HELLO;
    }
}
