// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import java.util.Set;
import java.util.TreeSet;
import org.ioregionfd.conformance.interop.KvmSetting.Hello;
import org.ioregionfd.conformance.interop.KvmSetting.Policy;
import org.ioregionfd.conformance.rules.Registry;

/**
 * The outcome of a pair, and the document's rules that require it.
 *
 * @param version agreed, if the channel is open; else 0
 * @param features agreed
 * @param window agreed, if the channel is open; else 0
 */
record PairOutcome(End end, int version, Set<String> features, int window) {
    /** The default of both sides of all programs. */
    private static final int WINDOW = 64;

    private static final Registry KNOWN = Registry.known();

    enum End {
        /** Version 0 without an agreement. */
        LEGACY,
        OPEN,
        FAILED,
        /**
         * Two peers of different layouts without a HELLO between them: nothing on the wire tells the layout, section 11.2.
         */
        UNDEFINED
    }

    PairOutcome {
        features = Set.copyOf(features);
    }

    static PairOutcome without(End end) {
        return new PairOutcome(end, 0, Set.of(), 0);
    }

    /** The required outcome of the two. */
    static PairOutcome of(KvmSetting kvm, DeviceSetting device) {
        if (kvm.policy() == Policy.OFF) {
            return unnegotiated(kvm, device);
        }
        return device.kind().isAware() ? negotiated(kvm, device) : met(kvm, device);
    }

    /** K sends version 0 [POL-001]. */
    private static PairOutcome unnegotiated(KvmSetting kvm, DeviceSetting device) {
        if (device.kind() == DeviceSetting.Kind.REQUIRE) {
            return without(End.FAILED); // [POL-004]
        }
        return without(kvm.layout() == device.layout() ? End.LEGACY : End.UNDEFINED);
    }

    /** K sends a HELLO to a device that knows no HELLO. */
    private static PairOutcome met(KvmSetting kvm, DeviceSetting device) {
        if (kvm.policy() == Policy.REQUIRE) {
            return without(End.FAILED); // [KST-003], or its deadline [KST-006]
        }
        if (kvm.layout() != device.layout()) {
            return without(End.UNDEFINED);
        }
        boolean isLost = kvm.hello() == Hello.DETACHED && device.kind() == DeviceSetting.Kind.LEGACY_THAT_CLOSES;
        return without(isLost ? End.FAILED : End.LEGACY); // [KST-002]
    }

    /** Both know the handshake, and the layout of the HELLO counts [HEL-010]. */
    private static PairOutcome negotiated(KvmSetting kvm, DeviceSetting device) {
        int version = kvm.versions().stream()
                .filter(device.versions()::contains)
                .max(Integer::compare)
                .orElse(0);
        boolean stepsDown = kvm.policy() == Policy.PREFER && device.kind() == DeviceSetting.Kind.ALLOW;
        if (version == 0 && !stepsDown) {
            return without(End.FAILED); // [SEL-001]
        }
        // [SEL-002, SEL-003]
        Set<String> features = Set.copyOf(KNOWN.featureNames(KNOWN.featuresFor(version)));
        return new PairOutcome(End.OPEN, version, features, Math.min(WINDOW, KNOWN.windowMax(version)));
    }

    /** One word, or two: {@code open 2}. */
    String words() {
        return switch (end) {
            case LEGACY -> "legacy";
            case OPEN -> "open " + version;
            case FAILED -> "fails";
            case UNDEFINED -> "any";
        };
    }

    @Override
    public String toString() {
        return end == End.OPEN ? words() + ", window " + window + ", features " + new TreeSet<>(features) : words();
    }
}
