// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

/**
 * The place of an access.
 *
 * @param userData names the region
 * @param offset unsigned
 * @param sizeExponent 0..3 for 1, 2, 4, 8 bytes; other values are for commands that no K may send
 */
public record Access(long userData, long offset, int sizeExponent) {
    /** The same place with another size. */
    public Access withSizeExponent(int other) {
        return new Access(userData, offset, other);
    }

    /** The same access at another offset of the region. */
    public Access withOffset(long other) {
        return new Access(userData, other, sizeExponent);
    }

    /** The same access in another region. */
    public Access withUserData(long other) {
        return new Access(other, offset, sizeExponent);
    }

    /** All bits of the access size, with which a failed access is answered: "ones" in the document. */
    public long ones() {
        return sizeExponent == 3 ? -1L : (1L << (8 << sizeExponent)) - 1;
    }

    /** The bits of {@code value} that the access size holds. */
    public long cut(long value) {
        return value & ones();
    }

    /** Region, place and size: {@code 1+0x10/32}. */
    @Override
    public String toString() {
        return "%x+0x%x/%d".formatted(userData, offset, 8 << sizeExponent);
    }
}
