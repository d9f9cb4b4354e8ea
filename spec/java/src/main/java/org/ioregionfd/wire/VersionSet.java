// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Arrays;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * A bitmap of versions, as it stands in an OFFER: a list, not a highest number.
 *
 * @param bits bit n is version n, n = 1..23; bit 0 says "version 0 will do"; bits 24..31 are grease
 */
public record VersionSet(int bits) {
    /** Nothing at all. */
    public static final VersionSet NONE = new VersionSet(0);

    /** Only "version 0 will do". */
    public static final VersionSet LEGACY_WILL_DO = of(ProtocolVersion.LEGACY);

    /** Grease: set so that receivers keep ignoring what they do not know; never an offer [GRS-001]. */
    public static final VersionSet GREASE = new VersionSet(0xFF00_0000);

    /** The highest version number that can ever be assigned. */
    public static final int NUMBER_MAX = 23;

    private static final int ASSIGNABLE = 0x00FF_FFFF;

    /** The set of these versions. */
    public static VersionSet of(ProtocolVersion... versions) {
        int bits = 0;
        for (ProtocolVersion version : versions) {
            bits |= 1 << version.number();
        }
        return new VersionSet(bits);
    }

    /** Whether the version with that number is listed; a number above {@link #NUMBER_MAX} never is. */
    public boolean lists(int number) {
        return number >= 0 && number <= NUMBER_MAX && (bits >>> number & 1) != 0;
    }

    public boolean lists(ProtocolVersion version) {
        return lists(version.number());
    }

    public VersionSet and(VersionSet other) {
        return new VersionSet(bits & other.bits);
    }

    public VersionSet or(VersionSet other) {
        return new VersionSet(bits | other.bits);
    }

    /** The highest listed version of this revision; version 0 only if it lists no higher one. */
    public Optional<ProtocolVersion> highest() {
        return Arrays.stream(ProtocolVersion.values()).filter(this::lists).reduce((lower, higher) -> higher);
    }

    /** The assignable numbers in the set, with commas between; grease is left out. */
    @Override
    public String toString() {
        StringJoiner numbers = new StringJoiner(",");
        for (int rest = bits & ASSIGNABLE; rest != 0; rest &= rest - 1) {
            numbers.add(Integer.toString(Integer.numberOfTrailingZeros(rest)));
        }
        return numbers.toString();
    }
}
