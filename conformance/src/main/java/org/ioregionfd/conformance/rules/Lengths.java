// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.ArrayList;
import java.util.List;

/** The commands of an access of any size from 1 to 8 bytes. LEN-001, LEN-004 */
public final class Lengths {
    private static final int EXPONENT_MAX = 3;

    private Lengths() {}

    /** Whether a size exponent can state this size. */
    public static boolean isOneCommand(int size) {
        return Integer.bitCount(size) == 1;
    }

    /** The commands of an access at {@code at}, whose own size does not count. */
    public static List<Access> commands(Access at, int size) {
        if (isOneCommand(size)) {
            return List.of(at.withSizeExponent(Integer.numberOfTrailingZeros(size)));
        }
        List<Access> commands = new ArrayList<>();
        int done = 0;
        while (done < size) {
            long offset = at.offset() + done;
            int exponent = EXPONENT_MAX - 1;
            while (1 << exponent > size - done || (offset & ((1 << exponent) - 1)) != 0) {
                exponent--;
            }
            commands.add(new Access(at.userData(), offset, exponent));
            done += 1 << exponent;
        }
        return commands;
    }

    /** The bytes of {@code whole} that belong to a command. */
    public static long part(long whole, Access at, Access command) {
        return command.cut(whole >>> (Byte.SIZE * (command.offset() - at.offset())));
    }

    /** Whether an access goes beyond the last offset. LEN-005 */
    public static boolean isBeyond(Access at, int size) {
        return Long.compareUnsigned(at.offset() + size - 1, at.offset()) < 0;
    }
}
