// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.nio.ByteOrder;
import java.util.Optional;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.jspecify.annotations.Nullable;

/**
 * What K's user allows and demands on a channel. {@link #builder()} fills in defaults; an instance never contradicts itself.
 *
 * @param policy whether to negotiate at all, and what to do with a legacy peer
 * @param hello what carries the HELLO, if there is one
 * @param layout of version-0 commands
 * @param versions allowed, out of 1 and 2; the policy decides on version 0
 * @param features allowed; unknown bits are never selected [OFR-011]
 * @param requiredFeatures without which the channel fails [SEL-004]
 * @param maxInflight K's own window, 1..65535
 * @param deadlineNanos how long to wait for an OFFER to a detached HELLO, for the answer to a SELECT [KST-005], and for
 *     the response of an access
 * @param pin an agreement that is selected exactly or not at all [REC-001]
 */
public record KvmPolicy(
        Policy policy,
        HelloMode hello,
        Layout layout,
        VersionSet versions,
        FeatureSet features,
        FeatureSet requiredFeatures,
        int maxInflight,
        long deadlineNanos,
        Optional<Agreement> pin) {
    /** K's window, unless its user sets another. */
    public static final int MAX_INFLIGHT_DEFAULT = 64;

    /** The deadline, unless its user sets another [KST-005]. */
    public static final long DEADLINE_NANOS_DEFAULT = 1_000_000_000L;

    /** The longest deadline: a day; more would be no bound [FAI-004]. */
    public static final long DEADLINE_NANOS_MAX = 86_400L * DEADLINE_NANOS_DEFAULT;

    /** The versions of this revision that can be listed by number. */
    public static final VersionSet VERSIONS_KNOWN = VersionSet.of(ProtocolVersion.EXACT, ProtocolVersion.TAGGED);

    public KvmPolicy {
        if ((versions.bits() & ~VERSIONS_KNOWN.bits()) != 0) {
            throw new ConfigurationException("the versions that can be allowed are 1 and 2");
        }
        if (maxInflight < 1 || maxInflight > 0xFFFF) {
            throw new ConfigurationException("the window is 1..65535 commands, not " + maxInflight);
        }
        if (deadlineNanos < 1 || deadlineNanos > DEADLINE_NANOS_MAX) {
            throw new ConfigurationException("the deadline is more than 0 and at most a day");
        }
        // [POL-003] options that contradict each other
        if (policy == Policy.REQUIRE && hello == HelloMode.ATTACHED) {
            throw contradiction("the policy REQUIRE negotiates before the first access: no attached HELLO");
        }
        if (policy == Policy.REQUIRE && pinsLegacy(pin)) {
            throw contradiction("a pin of version 0 contradicts the policy REQUIRE");
        }
        if (pinsLegacy(pin) && !requiredFeatures.isEmpty()) {
            throw contradiction("a pin of version 0 has no features: " + requiredFeatures);
        }
        if (!requiredFeatures.without(features).isEmpty()) {
            throw contradiction("required but not allowed: " + requiredFeatures.without(features));
        }
        if (policy == Policy.REQUIRE && versions.bits() == 0) {
            throw contradiction("the policy REQUIRE needs a version that is allowed");
        }
    }

    /** The defaults of the document for all options. */
    public static Builder builder() {
        return new Builder();
    }

    /** The versions that K may select from an OFFER: the allowed ones, and version 0 only under PREFER [SEL-001]. */
    VersionSet selectable() {
        return policy == Policy.PREFER ? versions.or(VersionSet.LEGACY_WILL_DO) : versions;
    }

    /** Whether a HELLO is ever sent [POL-001]. */
    public boolean negotiates() {
        return policy != Policy.OFF && !pinsLegacy(pin);
    }

    private static ConfigurationException contradiction(String words) {
        return new ConfigurationException(words, Clause.POL_003);
    }

    private static boolean pinsLegacy(Optional<Agreement> pin) {
        return pin.isPresent() && pin.get().version() == ProtocolVersion.LEGACY;
    }

    /** Collects options; those that are not set follow from the others. Confined to one thread. */
    public static final class Builder {
        private @Nullable Policy policy;
        private @Nullable HelloMode hello;
        private @Nullable Layout layout;
        private VersionSet versions = VERSIONS_KNOWN;
        private FeatureSet features = FeatureSet.ALL;
        private FeatureSet requiredFeatures = FeatureSet.NONE;
        private int maxInflight = MAX_INFLIGHT_DEFAULT;
        private long deadlineNanos = DEADLINE_NANOS_DEFAULT;
        private Optional<Agreement> pin = Optional.empty();

        private Builder() {}

        /** Default PREFER; REQUIRE if a version of 1 or above is pinned. */
        public Builder policy(Policy value) {
            return with(() -> policy = value);
        }

        /** Default ATTACHED; DETACHED if the policy is REQUIRE or a version of 1 or above is pinned. */
        public Builder hello(HelloMode value) {
            return with(() -> hello = value);
        }

        /** Default: the pin's, else info-word [REC-005]. */
        public Builder layout(Layout value) {
            return with(() -> layout = value);
        }

        /** Default 1 and 2. */
        public Builder versions(VersionSet value) {
            return with(() -> versions = value);
        }

        /** Default: every feature of this revision. */
        public Builder features(FeatureSet value) {
            return with(() -> features = value);
        }

        /** Default: none. */
        public Builder requiredFeatures(FeatureSet value) {
            return with(() -> requiredFeatures = value);
        }

        /** Default {@link #MAX_INFLIGHT_DEFAULT}. */
        public Builder maxInflight(int value) {
            return with(() -> maxInflight = value);
        }

        /** Default {@link #DEADLINE_NANOS_DEFAULT}. */
        public Builder deadlineNanos(long value) {
            return with(() -> deadlineNanos = value);
        }

        /** The agreement that must be reached exactly. Its window replaces that of {@link #maxInflight} [REC-005]. */
        public Builder pin(Agreement value) {
            return with(() -> pin = Optional.of(value));
        }

        /** The same from a record [REC-001]. */
        public Builder pin(SavedAgreement value) {
            return pin(value.agreement());
        }

        /** The options, for this host; throws {@link ConfigurationException} if they contradict each other. */
        public KvmPolicy build() {
            return build(ByteOrder.nativeOrder());
        }

        KvmPolicy build(ByteOrder host) {
            // [REC-006] the versions that the user allows say nothing about a pin of version 0
            // [REC-001] a pin of version 1 or above is exact: nothing else is allowed any more
            pin.filter(agreement -> agreement.version() != ProtocolVersion.LEGACY)
                    .ifPresent(this::allowOnly);
            Policy thePolicy = policy == null ? Policy.PREFER : policy;
            // [CHN-012] the marker would overwrite cmd in the info-word layout of a big-endian host
            if (host == ByteOrder.BIG_ENDIAN && thePolicy != Policy.OFF) {
                throw new ConfigurationException("on a big-endian host the policy must be OFF", Clause.CHN_012);
            }
            HelloMode mode = thePolicy == Policy.REQUIRE ? HelloMode.DETACHED : HelloMode.ATTACHED;
            return new KvmPolicy(
                    thePolicy,
                    hello == null ? mode : hello,
                    layout == null ? pin.map(Agreement::layout).orElse(Layout.INFO_WORD) : layout,
                    versions,
                    features,
                    requiredFeatures,
                    maxInflight,
                    deadlineNanos,
                    pin);
        }

        private Builder with(Runnable choice) {
            choice.run();
            return this;
        }

        private void allowOnly(Agreement agreement) {
            if (policy == Policy.OFF) {
                throw contradiction("a pin of version 1 or above contradicts the policy OFF");
            }
            if (!versions.lists(agreement.version())) {
                throw contradiction("the pin's version " + agreement.version().number() + " is not allowed");
            }
            if (!agreement.features().without(features).isEmpty()) {
                throw contradiction(
                        "pinned but not allowed: " + agreement.features().without(features));
            }
            policy = Policy.REQUIRE;
            versions = VersionSet.of(agreement.version());
            features = agreement.features();
            maxInflight = agreement.maxInflight();
        }
    }
}
