// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import java.util.OptionalLong;
import org.ioregionfd.conformance.rules.Access;

/**
 * Where a device is read and written, and what it answers.
 *
 * @param first what is read before all else: an attached HELLO rides on this READ
 * @param value of that READ
 * @param memory what is written and read back
 * @param constant what it reads as, where it does not keep what was written
 */
record Registers(Access first, long value, Access memory, OptionalLong constant) {
    private static final int REGION = 1;
    private static final int SIZE_EXPONENT = 2;

    /** Memory at {@code offset}, zero at first, that is also read first. */
    static Registers memoryAt(long offset) {
        return new Registers(at(offset), 0, at(offset), OptionalLong.empty());
    }

    /** The same registers, where first another one is read. */
    Registers readingFirst(long offset, long valueThere) {
        return new Registers(at(offset), valueThere, memory, constant);
    }

    /** Registers that all read as {@code value}, always. */
    static Registers allOf(long value) {
        return new Registers(at(0), value, at(0), OptionalLong.of(value));
    }

    /** What {@link #memory} reads as after {@code written} was written to it. */
    long kept(long written) {
        return constant.orElse(written);
    }

    private static Access at(long offset) {
        return new Access(REGION, offset, SIZE_EXPONENT);
    }
}
