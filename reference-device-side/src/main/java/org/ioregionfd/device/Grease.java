// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.VersionSet;

/**
 * Bits that mean nothing, set in an OFFER so that receivers keep ignoring what they do not know [GRS-001].
 *
 * @param versions within bits 24..31
 * @param features within bits 48..62
 */
public record Grease(VersionSet versions, FeatureSet features) {
    /** No grease. */
    public static final Grease NONE = new Grease(VersionSet.NONE, FeatureSet.NONE);

    /** The grease of this build, unless its user chooses another. */
    public static final Grease BUILD = of(20201203);

    private static final int VERSIONS_SHIFT = 24;
    private static final int VERSIONS_COUNT = 8;
    private static final int FEATURES_SHIFT = 48;
    private static final int FEATURES_COUNT = 15;

    public Grease {
        if (!versions.and(VersionSet.GREASE).equals(versions)) {
            throw new IllegalArgumentException("grease in versions is within bits 24..31");
        }
        if (!features.without(FeatureSet.GREASE).isEmpty()) {
            throw new IllegalArgumentException("grease in features is within bits 48..62");
        }
    }

    /** The grease of a seed: always the same, at least one bit in each bitmap. */
    public static Grease of(long seed) {
        long mixed = mix(seed);
        int versions = (int) Math.floorMod(mixed, (1L << VERSIONS_COUNT) - 1) + 1;
        long features = Math.floorMod(mix(mixed), (1L << FEATURES_COUNT) - 1) + 1;
        return new Grease(new VersionSet(versions << VERSIONS_SHIFT), new FeatureSet(features << FEATURES_SHIFT));
    }

    /** The finaliser of SplitMix64: neighbouring seeds give unlike bits. */
    private static long mix(long seed) {
        long z = seed + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
