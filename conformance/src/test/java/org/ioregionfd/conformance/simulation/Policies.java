// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Grease;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;

/** Any allowed configuration of both sides' users. */
final class Policies {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Dice dice;

    Policies(Dice dice) {
        this.dice = dice;
    }

    /**
     * A policy without a contradiction; one with a contradiction is refused before anything is sent [POL-003], and drawn
     * again.
     */
    KvmPolicy kvm(Layout layout) {
        while (true) {
            try {
                return anyKvm(layout);
            } catch (ConfigurationException contradiction) {
                // Another one
            }
        }
    }

    DevicePolicy device(Layout layout) {
        while (true) {
            try {
                return anyDevice(layout);
            } catch (IllegalArgumentException contradiction) {
                // Another one
            }
        }
    }

    private KvmPolicy anyKvm(Layout layout) {
        KvmPolicy.Builder builder = KvmPolicy.builder().layout(layout);
        if (dice.percent(25)) {
            return builder.build();
        }
        builder.versions(versions())
                .features(features())
                .requiredFeatures(dice.percent(85) ? FeatureSet.NONE : features())
                .maxInflight(window())
                .deadlineNanos(dice.percent(80) ? SECOND_NANOS : 1 + dice.below(1_000_000_000) * 5L);
        if (dice.percent(12)) {
            return builder.pin(pin(layout)).build();
        }
        Policy policy = dice.pickOf(Policy.OFF, Policy.PREFER, Policy.PREFER, Policy.PREFER, Policy.REQUIRE);
        HelloMode hello = policy == Policy.REQUIRE ? HelloMode.DETACHED : dice.pickOf(HelloMode.values());
        return builder.policy(policy).hello(hello).build();
    }

    private Agreement pin(Layout layout) {
        ProtocolVersion version = dice.pickOf(ProtocolVersion.values());
        FeatureSet possible = features().and(FeatureSet.possibleWith(version));
        return new Agreement(version, possible, version == ProtocolVersion.TAGGED ? window() : 1, layout);
    }

    private DevicePolicy anyDevice(Layout layout) {
        DevicePolicy policy = DevicePolicy.DEFAULT.withLayout(layout);
        if (dice.percent(25)) {
            return policy;
        }
        return new DevicePolicy(
                dice.pickOf(
                        org.ioregionfd.device.Policy.ALLOW,
                        org.ioregionfd.device.Policy.ALLOW,
                        org.ioregionfd.device.Policy.ALLOW,
                        org.ioregionfd.device.Policy.ALLOW,
                        org.ioregionfd.device.Policy.REQUIRE,
                        org.ioregionfd.device.Policy.OFF),
                versions(),
                features(),
                dice.percent(85) ? FeatureSet.NONE : features(),
                window(),
                layout,
                Grease.of(dice.anyLong()));
    }

    private VersionSet versions() {
        return new VersionSet(dice.pick(6, 6, 6, 6, 4, 4, 2, 0));
    }

    private FeatureSet features() {
        return dice.percent(50) ? FeatureSet.ALL : new FeatureSet(dice.below(8));
    }

    private int window() {
        return dice.percent(1) ? dice.pick(300, 4096) : dice.pick(1, 2, 3, 4, 5, 8, 16, 64);
    }
}
