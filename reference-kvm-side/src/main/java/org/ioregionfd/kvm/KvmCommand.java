// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ResponseWanted;

/**
 * The access that K's user asks for, before its version is known.
 *
 * @param op READ, WRITE or FENCE
 * @param region u64, the user_data of a registered region; 0 for a FENCE
 * @param offset u64; 0 for a FENCE
 * @param size 1 to 8 bytes; 1 for a FENCE
 * @param value of a WRITE, else 0; bits above the size are dropped [ACE-003]
 * @param wanted NO makes a WRITE a posted one; a READ and a FENCE always want their response
 */
public record KvmCommand(Op op, long region, long offset, int size, long value, ResponseWanted wanted) {
    public KvmCommand {
        if (size < 1 || size > Long.BYTES) {
            throw new IllegalArgumentException("an access has 1 to 8 bytes, not " + size);
        }
        value &= -1L >>> (Long.SIZE - Byte.SIZE * size);
        if (wanted == ResponseWanted.NO && op != Op.WRITE) {
            throw new IllegalArgumentException("only a WRITE can be posted");
        }
    }

    /** A READ of 1 to 8 bytes. */
    public static KvmCommand read(long region, long offset, int size) {
        return new KvmCommand(Op.READ, region, offset, size, 0, ResponseWanted.YES);
    }

    /** A WRITE of 1 to 8 bytes. */
    public static KvmCommand write(long region, long offset, int size, long value) {
        return new KvmCommand(Op.WRITE, region, offset, size, value, ResponseWanted.YES);
    }

    /** A FENCE: answered when every earlier command on the channel has completed. */
    public static KvmCommand fence() {
        return new KvmCommand(Op.FENCE, 0, 0, 1, 0, ResponseWanted.YES);
    }

    /** The same WRITE without a response: its errors are lost. */
    public KvmCommand posted() {
        return new KvmCommand(op, region, offset, size, value, ResponseWanted.NO);
    }

    /** 0..3, for 1, 2, 4 or 8 bytes; every command that is sent has one of these sizes. */
    public int sizeExponent() {
        return exponent(size);
    }

    /** The size exponent of an access of so many bytes. */
    static int exponent(int size) {
        return switch (size) {
            case 1 -> 0;
            case 2 -> 1;
            case 4 -> 2;
            case 8 -> 3;
            default -> throw new IllegalArgumentException("a command has 1, 2, 4 or 8 bytes, not " + size);
        };
    }
}
