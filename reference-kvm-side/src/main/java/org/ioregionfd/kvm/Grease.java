// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import org.ioregionfd.wire.VersionSet;

/** The grease bits of a HELLO: set so that receivers keep ignoring what they do not know [GRS-001]. */
public final class Grease {
    /** What this build sets where its user says nothing. */
    public static final VersionSet OF_THIS_BUILD = ofSeed(2020_12_03L);

    private static final int GREASE_SHIFT = 24;
    private static final int GREASE_VALUES = 0xFF;

    private Grease() {}

    /** One or more of the bits 24..31; the same seed gives the same bits. */
    public static VersionSet ofSeed(long seed) {
        long mixed = seed * 0x9E37_79B9_7F4A_7C15L;
        // 1..255, never 0: a seed asks for grease
        int bits = 1 + (int) Long.remainderUnsigned(mixed ^ mixed >>> 32, GREASE_VALUES);
        return new VersionSet(bits << GREASE_SHIFT);
    }
}
