// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.trace;

import io.netty.buffer.ByteBuf;

/** Gets the bytes of one channel, those of each direction in the order of the wire. */
@FunctionalInterface
public interface FrameTap {
    /** Does nothing. */
    FrameTap NONE = (from, bytes, index, length) -> {};

    /**
     * Some bytes went by in one direction: mostly whole frames, or as a read cut them. Look at them before this returns, and
     * neither change nor keep them; the buffer's indices must stay as they are.
     *
     * @param from who sent them
     * @param bytes holds them; not used if {@code length} is 0
     * @param index of the first
     * @param length how many; 0 says that this side has ended its stream
     */
    void frames(Side from, ByteBuf bytes, int index, int length);
}
