// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * A peer's fault as a value: the clause that it broke, the place, and the value there.
 *
 * @param clause the clause that was broken
 * @param offset of the deciding byte in the frame, 0..31, or {@link #NO_OFFSET} where the fault is not in a byte
 * @param seen the deciding field's value, zero-extended; 0 where there is none
 */
public record Violation(Clause clause, int offset, long seen) {
    /** The fault is the time of a frame, or a missing frame. */
    public static final int NO_OFFSET = -1;

    /** A fault that is not in a byte. */
    public static Violation of(Clause clause) {
        return new Violation(clause, NO_OFFSET, 0);
    }

    /** One line: "SEL-011: byte 13 holds 0x1". */
    @Override
    public String toString() {
        return offset == NO_OFFSET
                ? clause.id()
                : clause.id() + ": byte " + offset + " holds 0x" + Long.toHexString(seen);
    }
}
