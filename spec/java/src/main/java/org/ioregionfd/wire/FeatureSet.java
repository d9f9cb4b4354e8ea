// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Arrays;
import java.util.StringJoiner;

/**
 * A bitmap of features as it stands in a frame: it may hold bits that nobody knows.
 *
 * @param bits bit n is feature n; 48..62 are grease, 63 is kept
 */
public record FeatureSet(long bits) {
    /** No feature. */
    public static final FeatureSet NONE = new FeatureSet(0);

    /** Every feature of this revision. */
    public static final FeatureSet ALL = of(Feature.values());

    /** Grease: set at random in an OFFER so that receivers keep ignoring what they do not know [GRS-001]. */
    public static final FeatureSet GREASE = new FeatureSet(0x7FFF_0000_0000_0000L);

    /** The set of these features. */
    public static FeatureSet of(Feature... features) {
        long bits = 0;
        for (Feature feature : features) {
            bits |= 1L << feature.bit();
        }
        return new FeatureSet(bits);
    }

    /** The features of this revision whose needs the version meets. */
    public static FeatureSet possibleWith(ProtocolVersion version) {
        return of(Arrays.stream(Feature.values())
                .filter(feature -> feature.needs().number() <= version.number())
                .toArray(Feature[]::new));
    }

    public boolean contains(Feature feature) {
        return (bits >>> feature.bit() & 1) != 0;
    }

    public boolean isEmpty() {
        return bits == 0;
    }

    public FeatureSet and(FeatureSet other) {
        return new FeatureSet(bits & other.bits);
    }

    public FeatureSet or(FeatureSet other) {
        return new FeatureSet(bits | other.bits);
    }

    public FeatureSet without(FeatureSet other) {
        return new FeatureSet(bits & ~other.bits);
    }

    /** The names of known features and "bit N" for the others, in the order of the bits, with spaces between. */
    @Override
    public String toString() {
        StringJoiner names = new StringJoiner(" ");
        for (Feature feature : Feature.values()) {
            if (contains(feature)) {
                names.add(feature.name());
            }
        }
        long unknown = without(ALL).bits;
        while (unknown != 0) {
            names.add("bit " + Long.numberOfTrailingZeros(unknown));
            unknown &= unknown - 1;
        }
        return names.toString();
    }
}
