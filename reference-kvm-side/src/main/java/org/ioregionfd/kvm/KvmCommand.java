// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ResponseWanted;

/**
 * What K's user asks for, before it is known in which version it will be sent.
 *
 * @param op READ, WRITE or FENCE
 * @param region u64, the user_data of a registered region; 0 for a FENCE
 * @param offset u64; 0 for a FENCE
 * @param sizeExponent 0..3: 1, 2, 4 or 8 bytes; 0 for a FENCE
 * @param value of a WRITE, without bits above the access size; else 0
 * @param wanted NO makes a WRITE a posted one; a READ and a FENCE always want their response
 */
public record KvmCommand(Op op, long region, long offset, int sizeExponent, long value, ResponseWanted wanted) {
    public KvmCommand {
        if (sizeExponent < 0 || sizeExponent > Access.SIZE_EXPONENT_MAX) {
            throw new IllegalArgumentException("size_exponent is 0..3, not " + sizeExponent);
        }
        if (wanted == ResponseWanted.NO && op != Op.WRITE) {
            throw new IllegalArgumentException("only a WRITE can be posted");
        }
    }

    /** A READ of 1, 2, 4 or 8 bytes. */
    public static KvmCommand read(long region, long offset, int size) {
        return new KvmCommand(Op.READ, region, offset, exponent(size), 0, ResponseWanted.YES);
    }

    /** A WRITE of 1, 2, 4 or 8 bytes; bits of {@code value} above the size are dropped [ACE-003]. */
    public static KvmCommand write(long region, long offset, int size, long value) {
        int exponent = exponent(size);
        return new KvmCommand(Op.WRITE, region, offset, exponent, Access.truncate(value, exponent), ResponseWanted.YES);
    }

    /** A FENCE: answered when every earlier command on the channel has completed. */
    public static KvmCommand fence() {
        return new KvmCommand(Op.FENCE, 0, 0, 0, 0, ResponseWanted.YES);
    }

    /** The same WRITE without a response: its errors are lost. */
    public KvmCommand posted() {
        return new KvmCommand(op, region, offset, sizeExponent, value, ResponseWanted.NO);
    }

    /** The size exponent of an access of so many bytes. */
    static int exponent(int size) {
        return switch (size) {
            case 1 -> 0;
            case 2 -> 1;
            case 4 -> 2;
            case 8 -> 3;
            default -> throw new IllegalArgumentException("an access has 1, 2, 4 or 8 bytes, not " + size);
        };
    }
}
