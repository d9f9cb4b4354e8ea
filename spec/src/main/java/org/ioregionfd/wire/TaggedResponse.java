// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * A window on a response of version 2.
 *
 * <pre>
 * byte  0               8               12      14                                                  31
 *      +---------------+---------------+-------+---------------------------------------------------+
 *      |   data: u64   |     tag       |status | reserved: zero                                    |
 *      +---------------+---------------+-------+---------------------------------------------------+
 * </pre>
 *
 * <p>Holds a buffer and an index and copies nothing; valid until {@link #wrap} or until the buffer is gone. Confined to one
 * thread.
 */
public final class TaggedResponse {
    private ByteBuf buffer;
    private int index;

    /** Looks at the frame at {@code index}; 32 bytes must be there. */
    public TaggedResponse(ByteBuf buffer, int index) {
        this.buffer = buffer;
        this.index = index;
    }

    /** Looks at another frame. */
    public TaggedResponse wrap(ByteBuf newBuffer, int newIndex) {
        buffer = newBuffer;
        index = newIndex;
        return this;
    }

    public long data() {
        return buffer.getLongLE(index);
    }

    public int tag() {
        return buffer.getIntLE(index + 8);
    }

    /** u16, as it came. */
    public int statusCode() {
        return buffer.getUnsignedShortLE(index + 12);
    }

    /** What makes this frame no response of version 2, if anything does; tags are not judged here [V2-005]. */
    public Optional<Violation> violation() {
        if (Status.of(statusCode()).isEmpty()) {
            return Optional.of(new Violation(Clause.V2_005, 12, statusCode()));
        }
        for (int offset = 14; offset < Frame.LENGTH; offset++) {
            if (buffer.getByte(index + offset) != 0) {
                return Optional.of(new Violation(Clause.V2_005, offset, buffer.getUnsignedByte(index + offset)));
            }
        }
        return Optional.empty();
    }

    /** Appends a response; {@code data} must have no bit above the access size. */
    public static void write(ByteBuf out, long data, int tag, Status status) {
        out.writeLongLE(data);
        out.writeIntLE(tag);
        out.writeShortLE(status.code());
        out.writeZero(18);
    }
}
