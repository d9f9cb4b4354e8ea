// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.trace;

import io.netty.buffer.ByteBuf;

/** Hears the bytes of one channel, those of each direction in the order of the wire. */
@FunctionalInterface
public interface FrameTap {
    /** Hears nothing. */
    FrameTap NONE = (from, bytes, index, length) -> {};

    /**
     * Some bytes of a direction went by: frames as a rule, or where a read cut them. They are to be looked at before this
     * returns and neither changed nor kept; the buffer's indices stay as they are.
     *
     * @param from who sent them
     * @param bytes holds them; not looked at where {@code length} is 0
     * @param index of the first
     * @param length how many; 0 says that this side has ended its stream
     */
    void frames(Side from, ByteBuf bytes, int index, int length);
}
