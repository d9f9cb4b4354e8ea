// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;

/**
 * The response of versions 0 and 1: u64 data, 24 zero bytes.
 *
 * <pre>
 * byte  0               8                                                                           31
 *      +---------------+---------------------------------------------------------------------------+
 *      |   data: u64   | padding: zero                                                             |
 *      +---------------+---------------------------------------------------------------------------+
 * </pre>
 */
public final class LegacyResponse {
    private LegacyResponse() {}

    /** All 64 bits of data in the response at {@code index}. */
    public static long data(ByteBuf buffer, int index) {
        return buffer.getLongLE(index);
    }

    /** Appends a response; {@code data} must have no bit above the access size [V0-011]. */
    public static void write(ByteBuf out, long data) {
        out.writeLongLE(data);
        out.writeZero(Frame.LENGTH - Long.BYTES);
    }
}
