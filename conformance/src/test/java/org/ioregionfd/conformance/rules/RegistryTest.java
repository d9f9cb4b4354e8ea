// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Bitmaps of the registry, and the entries for which there are checks. */
class RegistryTest {
    private static final Registry REGISTRY = Registry.standard();

    @Test
    void theChecksKnowTheWholeRegistry() {
        assertEquals(List.of(), Registry.unknown());
    }

    @Test
    void whatIsNotRegisteredIsOfferedAndSelectedToo() {
        assertEquals(-1, Registry.ruledVersions(-1));
        assertEquals(-1, Registry.ruledFeatures(-1));
    }

    @Test
    void greaseIsWhereTheRegistryHasIt() {
        assertEquals(0xff00_0000L, REGISTRY.greaseVersions());
        assertEquals(0x7fff_0000_0000_0000L, REGISTRY.greaseFeatures());
    }

    @Test
    void aVersionAllowsTheFeaturesWhoseNeedItMeets() {
        assertEquals(0b000, REGISTRY.featuresFor(0));
        assertEquals(0b001, REGISTRY.featuresFor(1));
        assertEquals(0b111, REGISTRY.featuresFor(2));
        assertEquals(List.of("POSTED_WRITES", "FENCE"), REGISTRY.featureNames(0b1101));
    }

    @Test
    void theBestOfABitmapIsRegistered() {
        assertEquals(1, REGISTRY.bestIn(0xff00_0003L));
        assertEquals(-1, REGISTRY.bestIn(0xff00_0008L));
    }
}
