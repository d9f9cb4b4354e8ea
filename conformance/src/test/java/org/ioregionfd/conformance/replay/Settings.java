// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;

/** The model's settings and sets in the terms of the machines. */
final class Settings {
    private static final VersionSet GREASE_VERSION = new VersionSet(1 << 24);
    private static final FeatureSet GREASE_FEATURE = new FeatureSet(1L << 48);

    private Settings() {}

    /** K's policy. Its user sets what the model's {@code k} says, and leaves to the policy what follows from a pin. */
    static KvmPolicy kvm(TlaValue k) {
        KvmPolicy.Builder builder = KvmPolicy.builder()
                .hello(k.field("mode").text().equals("attached") ? HelloMode.ATTACHED : HelloMode.DETACHED)
                .layout(layout(k.field("layout")))
                .versions(versions(k.field("versions")))
                .features(features(k.field("features")))
                .requiredFeatures(features(k.field("required")))
                .maxInflight(k.field("window").number());
        if (k.field("pin").isNone()) {
            builder.policy(org.ioregionfd.kvm.Policy.valueOf(k.field("policy").text()));
        } else {
            builder.pin(agreement(k.field("pin"), layout(k.field("layout"))));
        }
        return builder.build();
    }

    static DevicePolicy device(TlaValue d) {
        return new DevicePolicy(
                org.ioregionfd.device.Policy.valueOf(d.field("policy").text()),
                versions(d.field("versions")),
                features(d.field("features")),
                features(d.field("required")),
                d.field("window").number(),
                layout(d.field("layout")),
                new org.ioregionfd.device.Grease(GREASE_VERSION, GREASE_FEATURE));
    }

    /** The terms of the model, with a layout, as the machines hold them. */
    static Agreement agreement(TlaValue terms, Layout layout) {
        return new Agreement(
                ProtocolVersion.of(terms.field("version").number()).orElseThrow(),
                features(terms.field("features")),
                terms.field("window").number(),
                layout);
    }

    static Layout layout(TlaValue layout) {
        return switch (layout.text()) {
            // Versions 1 and 2 have one layout
            case "info", "none" -> Layout.INFO_WORD;
            case "bytes" -> Layout.BYTE_FIELDS;
            default -> throw new IllegalArgumentException("no layout: " + layout);
        };
    }

    static VersionSet versions(TlaValue versions) {
        return new VersionSet(bits(versions));
    }

    /** A bitmap; the model has the numbers of its set bits. */
    static int bits(TlaValue numbers) {
        int bits = 0;
        for (TlaValue number : numbers.elements()) {
            bits |= 1 << number.number();
        }
        return bits;
    }

    static FeatureSet features(TlaValue features) {
        long bits = 0;
        for (TlaValue feature : features.elements()) {
            bits |= switch (feature.text()) {
                case "POSTED_WRITES" -> FeatureSet.of(Feature.POSTED_WRITES).bits();
                case "FENCE" -> FeatureSet.of(Feature.FENCE).bits();
                case "BIT_48" -> 1L << 48;
                default -> throw new IllegalArgumentException("no feature: " + feature);
            };
        }
        return new FeatureSet(bits);
    }
}
