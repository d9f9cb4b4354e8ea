// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * A view of a command of version 0, in either layout, or of version 1, which is the info-word layout made exact.
 *
 * <pre>
 * byte  0       1       2       3       4               8               16              24            31
 *      +-------+-------+-------+-------+---------------+---------------+---------------+---------------+
 *      |  info: u32                    | padding: u32  | user_data:u64 |  offset: u64  |   data: u64   |  info-word
 *      +-------+-------+-------+-------+---------------+---------------+---------------+---------------+
 *      |  cmd  | head  | padding: 6 bytes              | user_data:u64 |  offset: u64  |   data: u64   |  byte-fields
 *      +-------+-------+-------------------------------+---------------+---------------+---------------+
 * </pre>
 *
 * <p>Holds the four words of the frame that was read last, and no buffer. Confined to one thread.
 */
public final class LegacyCommand {
    public static final int READ = 0;
    public static final int WRITE = 1;

    private static final int INFO_RESP = 1 << 6;
    private static final int HEAD_RESP = 1 << 12;
    /** Bits 7..31 of info, and padding, as one u64 [VIO-002]. */
    private static final long EXACT_RESERVED = 0xFFFF_FFFF_FFFF_FF80L;

    private final Layout layout;

    /** All bytes before user_data. */
    private long head;

    private long userData;
    private long offset;
    private long data;

    /** All zero, because nothing was read yet. */
    public LegacyCommand(Layout layout) {
        this.layout = layout;
    }

    /** Reads the frame at {@code index}; 32 bytes must be there. */
    public LegacyCommand read(ByteBuf buffer, int index) {
        head = buffer.getLongLE(index);
        userData = buffer.getLongLE(index + Fields.COMMAND_INFO_WORD_USER_DATA);
        offset = buffer.getLongLE(index + Fields.COMMAND_INFO_WORD_OFFSET);
        data = buffer.getLongLE(index + Fields.COMMAND_INFO_WORD_DATA);
        return this;
    }

    /** READ 0, WRITE 1; anything else is no command of this version. 0..15 in the info-word layout, else 0..255. */
    public int cmd() {
        return switch (layout) {
            case INFO_WORD -> (int) head & 0xF;
            case BYTE_FIELDS -> (int) head & 0xFF;
        };
    }

    /** 0..3 in the info-word layout; 0..15 in the byte-fields layout, where above 3 is an access error [V0-014]. */
    public int sizeExponent() {
        return switch (layout) {
            case INFO_WORD -> (int) head >>> 4 & 0x3;
            case BYTE_FIELDS -> (int) head >>> 8 & 0xF;
        };
    }

    /** The resp bit: says of a WRITE whether its response is wanted. */
    public boolean resp() {
        return switch (layout) {
            case INFO_WORD -> (head & INFO_RESP) != 0;
            case BYTE_FIELDS -> (head & HEAD_RESP) != 0;
        };
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

    /** Why this frame is no command of version 1 with these features; empty if it is one. */
    public Optional<Violation> violation(FeatureSet features) {
        if (Frame.isMarkedCommand(head)) {
            return violated(Clause.VIO_001, Fields.COMMAND_MARKER, head >>> 16 & 0xFF);
        }
        if ((head & EXACT_RESERVED) != 0 || cmd() > WRITE) {
            return violated(Clause.VIO_002, Fields.COMMAND_INFO_WORD_INFO, head);
        }
        if (cmd() == READ && (!resp() || data() != 0)) {
            return resp()
                    ? violated(Clause.VIO_002, Fields.COMMAND_INFO_WORD_DATA, data())
                    : violated(Clause.VIO_002, Fields.COMMAND_INFO_WORD_INFO, head);
        }
        if (cmd() == WRITE && !resp() && !features.contains(Feature.POSTED_WRITES)) {
            return violated(Clause.VIO_005, Fields.COMMAND_INFO_WORD_INFO, head);
        }
        return Optional.empty();
    }

    /** Appends a READ of version 0 or 1: resp is set, and all reserved bits are zero [V0-001, V1-001]. */
    public static void writeRead(ByteBuf out, Layout layout, int sizeExponent, long userData, long offset) {
        write(out, readHead(layout, sizeExponent), userData, offset, 0);
    }

    /** Appends a WRITE of version 0 or 1; {@code data} is truncated to the access size [ACE-003]. */
    public static void writeWrite(
            ByteBuf out,
            Layout layout,
            int sizeExponent,
            ResponseWanted wanted,
            long userData,
            long offset,
            long data) {
        int head = head(layout, WRITE, sizeExponent, wanted == ResponseWanted.YES);
        write(out, head, userData, offset, Access.truncate(data, sizeExponent));
    }

    /** The bytes before user_data in a READ; a HELLO has the same bytes 0 and 1 [HEL-007]. */
    static int readHead(Layout layout, int sizeExponent) {
        return head(layout, READ, sizeExponent, true);
    }

    private static int head(Layout layout, int cmd, int sizeExponent, boolean resp) {
        return switch (layout) {
            case INFO_WORD -> cmd | sizeExponent << 4 | (resp ? INFO_RESP : 0);
            case BYTE_FIELDS -> cmd | sizeExponent << 8 | (resp ? HEAD_RESP : 0);
        };
    }

    private static void write(ByteBuf out, int head, long userData, long offset, long data) {
        // [MRK-003, SEC-002] bytes 2..7 are zero: no marker, and nothing of this side's memory
        out.writeLongLE(head);
        out.writeLongLE(userData);
        out.writeLongLE(offset);
        out.writeLongLE(data);
    }

    private static Optional<Violation> violated(Clause clause, int offset, long seen) {
        return Optional.of(new Violation(clause, offset, seen));
    }
}
