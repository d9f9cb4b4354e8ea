// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/** The arithmetic of access sizes that every version shares. */
public final class Access {
    /** The largest size exponent: 64 bits. */
    public static final int SIZE_EXPONENT_MAX = 3;

    private Access() {}

    /** Bytes of an access, 1, 2, 4 or 8, for a size exponent of 0..3. */
    public static int size(int sizeExponent) {
        return 1 << sizeExponent;
    }

    /**
     * The bits of the access size: only these count in {@code data} [ACE-003], and a failed access answers with these
     * [ACE-002].
     */
    public static long ones(int sizeExponent) {
        return sizeExponent >= SIZE_EXPONENT_MAX ? -1L : (1L << (8 << sizeExponent)) - 1;
    }

    /** {@code data} without the bits above the access size. */
    public static long truncate(long data, int sizeExponent) {
        return data & ones(sizeExponent);
    }
}
