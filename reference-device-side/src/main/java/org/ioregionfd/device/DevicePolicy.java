// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;

/**
 * What the device side's user allows. {@link #DEFAULT} has the default of every choice; the {@code with} methods change one.
 * A combination that could never serve any peer is refused with an IllegalArgumentException.
 *
 * @param policy whom to serve
 * @param versions of 1 and above, with version 1 unless the user takes it away [OFR-007]; bit 0 of an OFFER follows from the
 *     policy
 * @param features that are offered
 * @param requiredFeatures a SELECT without one of them is rejected [SEL-017]
 * @param maxInflight the largest window that is granted, 1..65535; it bounds the memory of a channel
 * @param layout of unmarked commands; a HELLO brings its own [HEL-010]
 * @param grease set in every OFFER, except under REQUIRE
 */
public record DevicePolicy(
        Policy policy,
        VersionSet versions,
        FeatureSet features,
        FeatureSet requiredFeatures,
        int maxInflight,
        Layout layout,
        Grease grease) {

    /** The largest window that the u16 in a frame can hold. */
    public static final int MAX_INFLIGHT_MAX = 0xFFFF;

    private static final VersionSet SUPPORTED = VersionSet.of(ProtocolVersion.EXACT, ProtocolVersion.TAGGED);

    /** ALLOW, versions 1 and 2, all features, none required, a window of 64, info-word, this build's grease. */
    public static final DevicePolicy DEFAULT = new DevicePolicy(
            Policy.ALLOW, SUPPORTED, FeatureSet.ALL, FeatureSet.NONE, 64, Layout.INFO_WORD, Grease.BUILD);

    public DevicePolicy {
        if (!versions.and(SUPPORTED).equals(versions) || versions.equals(VersionSet.NONE)) {
            throw new IllegalArgumentException("versions are one or more of " + SUPPORTED);
        }
        if (!features.without(FeatureSet.ALL).isEmpty()) {
            throw new IllegalArgumentException("unknown features: " + features.without(FeatureSet.ALL));
        }
        if (maxInflight < 1 || maxInflight > MAX_INFLIGHT_MAX) {
            throw new IllegalArgumentException("max_inflight is 1.." + MAX_INFLIGHT_MAX + ", not " + maxInflight);
        }
        // [OFR-013]
        FeatureSet unreachable = requiredFeatures.without(
                features.and(FeatureSet.possibleWith(versions.highest().orElseThrow())));
        if (!unreachable.isEmpty()) {
            throw new IllegalArgumentException(
                    "required, but not possible with these versions and features: " + unreachable);
        }
    }

    public DevicePolicy withPolicy(Policy newPolicy) {
        return new DevicePolicy(newPolicy, versions, features, requiredFeatures, maxInflight, layout, grease);
    }

    public DevicePolicy withVersions(VersionSet newVersions) {
        return new DevicePolicy(policy, newVersions, features, requiredFeatures, maxInflight, layout, grease);
    }

    public DevicePolicy withFeatures(FeatureSet newFeatures) {
        return new DevicePolicy(policy, versions, newFeatures, requiredFeatures, maxInflight, layout, grease);
    }

    public DevicePolicy withRequiredFeatures(FeatureSet newRequiredFeatures) {
        return new DevicePolicy(policy, versions, features, newRequiredFeatures, maxInflight, layout, grease);
    }

    public DevicePolicy withMaxInflight(int newMaxInflight) {
        return new DevicePolicy(policy, versions, features, requiredFeatures, newMaxInflight, layout, grease);
    }

    public DevicePolicy withLayout(Layout newLayout) {
        return new DevicePolicy(policy, versions, features, requiredFeatures, maxInflight, newLayout, grease);
    }

    public DevicePolicy withGrease(Grease newGrease) {
        return new DevicePolicy(policy, versions, features, requiredFeatures, maxInflight, layout, newGrease);
    }

    /** The OFFER that answers a HELLO with that nonce, whatever else the HELLO holds [OFR-001, OFR-008]. */
    Offer offer(long value, int nonce) {
        return new Offer(value, offeredWindow(), offeredFeatures(), offeredVersions(), nonce);
    }

    private VersionSet offeredVersions() {
        // [OFR-004] bit 0 exactly under ALLOW
        VersionSet stepDown = policy == Policy.ALLOW ? VersionSet.LEGACY_WILL_DO : VersionSet.NONE;
        return versions.or(stepDown).or(offeredGrease().versions());
    }

    private FeatureSet offeredFeatures() {
        // [OFR-005]
        return features.or(offeredGrease().features());
    }

    private int offeredWindow() {
        // [OFR-006] only version 2 has a window
        return versions.lists(ProtocolVersion.TAGGED) ? maxInflight : 1;
    }

    private Grease offeredGrease() {
        // [GRS-001] a peer under REQUIRE sets none
        return policy == Policy.REQUIRE ? Grease.NONE : grease;
    }
}
