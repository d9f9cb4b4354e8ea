// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * A view of a response of version 2.
 *
 * <pre>
 * byte  0               8               12      14                                                  31
 *      +---------------+---------------+-------+---------------------------------------------------+
 *      |   data: u64   |     tag       |status | reserved: zero                                    |
 *      +---------------+---------------+-------+---------------------------------------------------+
 * </pre>
 *
 * <p>Holds the four words of the frame that was read last, and no buffer. Confined to one thread.
 */
public final class TaggedResponse {
    private long data;

    /** tag, status, and the first two reserved bytes. */
    private long second;

    private long third;
    private long fourth;

    /** All zero, because nothing was read yet. */
    public TaggedResponse() {}

    /** Reads the frame at {@code index}; 32 bytes must be there. */
    public TaggedResponse read(ByteBuf buffer, int index) {
        data = buffer.getLongLE(index);
        second = buffer.getLongLE(index + 8);
        third = buffer.getLongLE(index + 16);
        fourth = buffer.getLongLE(index + 24);
        return this;
    }

    public long data() {
        return data;
    }

    public int tag() {
        return (int) second;
    }

    /** u16, as it came. */
    public int statusCode() {
        return (int) (second >>> 32) & 0xFFFF;
    }

    /** Why this frame is no response of version 2; empty if it is one. Tags are not judged here [V2-005]. */
    public Optional<Violation> violation() {
        if (Status.of(statusCode()).isEmpty()) {
            return Optional.of(new Violation(Clause.V2_005, Fields.RESPONSE_TAGGED_STATUS, statusCode()));
        }
        if ((second >>> 48 | third | fourth) != 0) {
            return Optional.of(reservedByte());
        }
        return Optional.empty();
    }

    /** The first reserved byte that is not zero; there is one. */
    private Violation reservedByte() {
        long[] words = {data, second, third, fourth};
        int at = Fields.RESPONSE_TAGGED_RESERVED;
        while (byteAt(words, at) == 0) {
            at++;
        }
        return new Violation(Clause.V2_005, at, byteAt(words, at));
    }

    private static int byteAt(long[] words, int at) {
        return (int) (words[at / Long.BYTES] >>> (8 * (at % Long.BYTES))) & 0xFF;
    }

    /** Appends a response; {@code data} must have no bit above the access size. */
    public static void write(ByteBuf out, long data, int tag, Status status) {
        out.writeLongLE(data);
        out.writeLongLE(Integer.toUnsignedLong(tag) | (long) status.code() << 32);
        out.writeZero(2 * Long.BYTES);
    }
}
