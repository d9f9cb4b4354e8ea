// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * HELLO, from K: a READ that a legacy device understands, marked in the bytes that it ignores.
 *
 * <pre>
 * byte  0       1       2                       7       8               16              24      28    31
 *      +---------------+-----------------------+-------+---------------+---------------+-------+-------+
 *      |  read_head    |  I   O   R   H   S    |   1   |   user_data   |    offset     |versns.| nonce |
 *      +---------------+-----------------------+-------+---------------+---------------+-------+-------+
 * </pre>
 *
 * @param layout told by the read head [HEL-010]
 * @param sizeExponent 0..3: 1, 2, 4, 8 bytes
 * @param userData u64, of a registered region
 * @param offset u64; {@link Frame#HELLO_OFFSET} makes the HELLO detached, whatever its size [HEL-012]
 * @param versions may hold bits that nobody knows
 * @param nonce u32, any number
 */
public record Hello(Layout layout, int sizeExponent, long userData, long offset, VersionSet versions, int nonce)
        implements HandshakeFrame {
    public Hello {
        if (sizeExponent < 0 || sizeExponent > 3) {
            throw new IllegalArgumentException("size_exponent is 0..3, not " + sizeExponent);
        }
    }

    /** An 8-bit READ at HELLO_OFFSET [HEL-005]. */
    public static Hello detached(Layout layout, VersionSet versions, int nonce) {
        return new Hello(layout, 0, 0, Frame.HELLO_OFFSET, versions, nonce);
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
