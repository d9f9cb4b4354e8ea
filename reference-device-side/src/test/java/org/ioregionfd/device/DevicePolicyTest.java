// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;

class DevicePolicyTest {
    private static final VersionSet ONE = VersionSet.of(ProtocolVersion.EXACT);

    /** [OFR-007] */
    @Test
    void hasTheseDefaults() {
        DevicePolicy policy = DevicePolicy.DEFAULT;

        assertEquals(Policy.ALLOW, policy.policy());
        assertEquals("1,2", policy.versions().toString());
        assertEquals(FeatureSet.ALL, policy.features());
        assertEquals(FeatureSet.NONE, policy.requiredFeatures());
        assertEquals(64, policy.maxInflight());
        assertEquals(Layout.INFO_WORD, policy.layout());
        assertEquals(Grease.BUILD, policy.grease());
    }

    @Test
    void refusesWhatCouldServeNobody() {
        DevicePolicy policy = DevicePolicy.DEFAULT;
        FeatureSet fence = FeatureSet.of(Feature.FENCE);

        assertRefused("versions", () -> policy.withVersions(VersionSet.NONE));
        assertRefused("versions", () -> policy.withVersions(new VersionSet(0b1010)));
        assertRefused("versions", () -> policy.withVersions(VersionSet.LEGACY_WILL_DO));
        assertRefused("unknown features: bit 3", () -> policy.withFeatures(new FeatureSet(8)));
        assertRefused("max_inflight is 1..65535, not 0", () -> policy.withMaxInflight(0));
        assertRefused("max_inflight is 1..65535, not 65536", () -> policy.withMaxInflight(65536));
        assertRefused("FENCE", () -> policy.withFeatures(FeatureSet.NONE).withRequiredFeatures(fence));
        assertRefused("FENCE", () -> policy.withVersions(ONE).withRequiredFeatures(fence));
        assertRefused("grease", () -> new Grease(ONE, FeatureSet.NONE));
        assertRefused("grease", () -> new Grease(VersionSet.NONE, fence));
    }

    private static void assertRefused(String words, Runnable creation) {
        String message =
                assertThrows(IllegalArgumentException.class, creation::run).getMessage();
        assertEquals(true, message.contains(words), message);
    }
}
