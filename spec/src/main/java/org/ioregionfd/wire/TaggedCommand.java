// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * A window on a command of version 2.
 *
 * <pre>
 * byte  0       1       2       4               8               16              24            31
 *      +-------+-------+-------+---------------+---------------+---------------+---------------+
 *      |  op   | sizex.| flags |     tag       | user_data:u64 |  offset: u64  |   data: u64   |
 *      +-------+-------+-------+---------------+---------------+---------------+---------------+
 * </pre>
 *
 * <p>Holds a buffer and an index and copies nothing; valid until {@link #wrap} or until the buffer is gone. Confined to one
 * thread.
 */
public final class TaggedCommand {
    private static final int FLAG_RESPONSE_WANTED = 1;

    private ByteBuf buffer;
    private int index;

    /** Looks at the frame at {@code index}; 32 bytes must be there. */
    public TaggedCommand(ByteBuf buffer, int index) {
        this.buffer = buffer;
        this.index = index;
    }

    /** Looks at another frame. */
    public TaggedCommand wrap(ByteBuf newBuffer, int newIndex) {
        buffer = newBuffer;
        index = newIndex;
        return this;
    }

    /** The op's number, 0..255: READ 2, WRITE 3, FENCE 4. */
    public int op() {
        return buffer.getUnsignedByte(index);
    }

    /** 0..255; above 3 is a violation. */
    public int sizeExponent() {
        return buffer.getUnsignedByte(index + 1);
    }

    public ResponseWanted responseWanted() {
        return (buffer.getByte(index + 2) & FLAG_RESPONSE_WANTED) != 0 ? ResponseWanted.YES : ResponseWanted.NO;
    }

    /** u32; 0 exactly where no response is wanted. */
    public int tag() {
        return buffer.getIntLE(index + 4);
    }

    public long userData() {
        return buffer.getLongLE(index + 8);
    }

    public long offset() {
        return buffer.getLongLE(index + 16);
    }

    /** All 64 bits as they came; those above the access size do not count [ACE-003]. */
    public long data() {
        return buffer.getLongLE(index + 24);
    }

    /**
     * What makes this frame no command of version 2 with these features, if anything does; tags in use and the window are
     * not judged here.
     */
    public Optional<Violation> violation(FeatureSet features) {
        int op = op();
        if (Frame.isMarkedCommand(buffer, index)) {
            return violated(Clause.VIO_001, Frame.COMMAND_MARKER, buffer.getUnsignedByte(index + Frame.COMMAND_MARKER));
        }
        if (op == Op.FENCE.taggedCode() && features.contains(Feature.FENCE)) {
            return fenceViolation();
        }
        if (op != Op.READ.taggedCode() && op != Op.WRITE.taggedCode()) {
            return violated(Clause.VIO_003, 0, op);
        }
        if (sizeExponent() > Access.SIZE_EXPONENT_MAX) {
            return violated(Clause.VIO_003, 1, sizeExponent());
        }
        if (op == Op.READ.taggedCode() && data() != 0) {
            return violated(Clause.VIO_003, 24, data());
        }
        return flagsViolation(op, features);
    }

    private Optional<Violation> fenceViolation() {
        if (sizeExponent() != 0) {
            return violated(Clause.VIO_003, 1, sizeExponent());
        }
        if (userData() != 0) {
            return violated(Clause.VIO_003, 8, userData());
        }
        if (offset() != 0) {
            return violated(Clause.VIO_003, 16, offset());
        }
        if (data() != 0) {
            return violated(Clause.VIO_003, 24, data());
        }
        return flagsViolation(Op.FENCE.taggedCode(), FeatureSet.NONE);
    }

    private Optional<Violation> flagsViolation(int op, FeatureSet features) {
        int flags = buffer.getUnsignedShortLE(index + 2);
        if ((flags & ~FLAG_RESPONSE_WANTED) != 0) {
            return violated(Clause.VIO_003, 2, flags);
        }
        boolean wanted = flags != 0;
        if (!wanted && op != Op.WRITE.taggedCode()) {
            return violated(Clause.VIO_004, 2, flags);
        }
        if (wanted == (tag() == 0)) {
            return violated(Clause.VIO_004, 4, Integer.toUnsignedLong(tag()));
        }
        if (!wanted && !features.contains(Feature.POSTED_WRITES)) {
            return violated(Clause.VIO_005, 2, flags);
        }
        return Optional.empty();
    }

    /** Appends a READ; {@code tag} is not 0 [V2-001]. */
    public static void writeRead(ByteBuf out, int sizeExponent, int tag, long userData, long offset) {
        write(out, Op.READ, sizeExponent, tag, userData, offset, 0);
    }

    /** Appends a WRITE; a tag of 0 makes it a posted one [V2-001]; {@code data} is truncated to the access size. */
    public static void writeWrite(ByteBuf out, int sizeExponent, int tag, long userData, long offset, long data) {
        write(out, Op.WRITE, sizeExponent, tag, userData, offset, Access.truncate(data, sizeExponent));
    }

    /** Appends a FENCE; {@code tag} is not 0. */
    public static void writeFence(ByteBuf out, int tag) {
        write(out, Op.FENCE, 0, tag, 0, 0, 0);
    }

    private static void write(ByteBuf out, Op op, int sizeExponent, int tag, long userData, long offset, long data) {
        out.writeByte(op.taggedCode());
        out.writeByte(sizeExponent);
        out.writeShortLE(tag == 0 ? 0 : FLAG_RESPONSE_WANTED);
        out.writeIntLE(tag);
        out.writeLongLE(userData);
        out.writeLongLE(offset);
        out.writeLongLE(data);
    }

    private static Optional<Violation> violated(Clause clause, int offset, long seen) {
        return Optional.of(new Violation(clause, offset, seen));
    }
}
