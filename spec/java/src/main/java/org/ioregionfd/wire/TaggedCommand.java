// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * A view of a command of version 2.
 *
 * <pre>
 * byte  0       1       2       4               8               16              24            31
 *      +-------+-------+-------+---------------+---------------+---------------+---------------+
 *      |  op   | sizex.| flags |     tag       | user_data:u64 |  offset: u64  |   data: u64   |
 *      +-------+-------+-------+---------------+---------------+---------------+---------------+
 * </pre>
 *
 * <p>Holds the four words of the frame that was read last, and no buffer. Confined to one thread.
 */
public final class TaggedCommand {
    private static final int FLAG_RESPONSE_WANTED = 1;
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;

    /** op, size exponent, flags and tag. */
    private long head;

    private long userData;
    private long offset;
    private long data;

    /** All zero, because nothing was read yet. */
    public TaggedCommand() {}

    /** Reads the frame at {@code index}; 32 bytes must be there. */
    public TaggedCommand read(ByteBuf buffer, int index) {
        head = buffer.getLongLE(index);
        userData = buffer.getLongLE(index + Fields.COMMAND_TAGGED_USER_DATA);
        offset = buffer.getLongLE(index + Fields.COMMAND_TAGGED_OFFSET);
        data = buffer.getLongLE(index + Fields.COMMAND_TAGGED_DATA);
        return this;
    }

    /** The op's number, 0..255: READ 2, WRITE 3, FENCE 4. */
    public int op() {
        return (int) head & BYTE_MASK;
    }

    /** 0..255; above 3 is a violation. */
    public int sizeExponent() {
        return (int) head >>> 8 & BYTE_MASK;
    }

    public ResponseWanted responseWanted() {
        return (flags() & FLAG_RESPONSE_WANTED) != 0 ? ResponseWanted.YES : ResponseWanted.NO;
    }

    private int flags() {
        return (int) head >>> 16 & SHORT_MASK;
    }

    /** u32; 0 exactly where no response is wanted. */
    public int tag() {
        return (int) (head >>> 32);
    }

    public long userData() {
        return userData;
    }

    public long offset() {
        return offset;
    }

    /** All 64 bits as they came; those above the access size do not count [ACE-003]. */
    public long data() {
        return data;
    }

    /**
     * Why this frame is no command of version 2 with these features; empty if it is one. Tags in use and the window are not
     * judged here.
     */
    public Optional<Violation> violation(FeatureSet features) {
        int op = op();
        if (Frame.isMarkedCommand(head)) {
            return violated(Clause.VIO_001, Fields.COMMAND_MARKER, flags() & BYTE_MASK);
        }
        if (op == Op.FENCE.taggedCode() && features.contains(Feature.FENCE)) {
            return fenceViolation();
        }
        if (op != Op.READ.taggedCode() && op != Op.WRITE.taggedCode()) {
            return violated(Clause.VIO_003, Fields.COMMAND_TAGGED_OP, op);
        }
        if (sizeExponent() > Access.SIZE_EXPONENT_MAX) {
            return violated(Clause.VIO_003, Fields.COMMAND_TAGGED_SIZE_EXPONENT, sizeExponent());
        }
        if (op == Op.READ.taggedCode() && data() != 0) {
            return violated(Clause.VIO_003, Fields.COMMAND_TAGGED_DATA, data());
        }
        return flagsViolation(op, features);
    }

    private Optional<Violation> fenceViolation() {
        if (sizeExponent() != 0) {
            return violated(Clause.VIO_003, Fields.COMMAND_TAGGED_SIZE_EXPONENT, sizeExponent());
        }
        if (userData() != 0) {
            return violated(Clause.VIO_003, Fields.COMMAND_TAGGED_USER_DATA, userData());
        }
        if (offset() != 0) {
            return violated(Clause.VIO_003, Fields.COMMAND_TAGGED_OFFSET, offset());
        }
        if (data() != 0) {
            return violated(Clause.VIO_003, Fields.COMMAND_TAGGED_DATA, data());
        }
        return flagsViolation(Op.FENCE.taggedCode(), FeatureSet.NONE);
    }

    private Optional<Violation> flagsViolation(int op, FeatureSet features) {
        int flags = flags();
        if ((flags & ~FLAG_RESPONSE_WANTED) != 0) {
            return violated(Clause.VIO_003, Fields.COMMAND_TAGGED_FLAGS, flags);
        }
        boolean wanted = flags != 0;
        if (!wanted && op != Op.WRITE.taggedCode()) {
            return violated(Clause.VIO_004, Fields.COMMAND_TAGGED_FLAGS, flags);
        }
        if (wanted == (tag() == 0)) {
            return violated(Clause.VIO_004, Fields.COMMAND_TAGGED_TAG, Integer.toUnsignedLong(tag()));
        }
        if (!wanted && !features.contains(Feature.POSTED_WRITES)) {
            return violated(Clause.VIO_005, Fields.COMMAND_TAGGED_FLAGS, flags);
        }
        return Optional.empty();
    }

    /** Appends a READ; {@code tag} is not 0 [V2-001]. */
    public static void writeRead(ByteBuf out, int sizeExponent, int tag, long userData, long offset) {
        write(out, Op.READ, sizeExponent, tag, userData, offset, 0);
    }

    /** Appends a WRITE, which is posted if the tag is 0 [V2-001]; {@code data} is truncated to the access size. */
    public static void writeWrite(ByteBuf out, int sizeExponent, int tag, long userData, long offset, long data) {
        write(out, Op.WRITE, sizeExponent, tag, userData, offset, Access.truncate(data, sizeExponent));
    }

    /** Appends a FENCE; {@code tag} is not 0. */
    public static void writeFence(ByteBuf out, int tag) {
        write(out, Op.FENCE, 0, tag, 0, 0, 0);
    }

    private static void write(ByteBuf out, Op op, int sizeExponent, int tag, long userData, long offset, long data) {
        int flags = tag == 0 ? 0 : FLAG_RESPONSE_WANTED;
        out.writeLongLE(op.taggedCode() | sizeExponent << 8 | flags << 16 | (long) tag << 32);
        out.writeLongLE(userData);
        out.writeLongLE(offset);
        out.writeLongLE(data);
    }

    private static Optional<Violation> violated(Clause clause, int offset, long seen) {
        return Optional.of(new Violation(clause, offset, seen));
    }
}
