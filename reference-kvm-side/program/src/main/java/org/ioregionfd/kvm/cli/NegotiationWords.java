// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.kvm.ChannelStatus;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;

/** A negotiation in words, line by line: what was requested, what was offered, what was selected, and why not more. */
final class NegotiationWords {
    private final KvmPolicy policy;
    private final List<String> lines = new ArrayList<>();

    private NegotiationWords(KvmPolicy policy) {
        this.policy = policy;
    }

    static List<String> of(KvmPolicy policy, ChannelStatus status) {
        NegotiationWords words = new NegotiationWords(policy);
        words.tell(status);
        return words.lines;
    }

    /** The unknown parts of an OFFER, with grease; empty if there are none. */
    static Optional<String> unknown(Offer offer) {
        List<String> parts = new ArrayList<>();
        int versions = offer.versions().bits()
                & ~KvmPolicy.VERSIONS_KNOWN.or(VersionSet.LEGACY_WILL_DO).bits();
        if (versions != 0) {
            parts.add("versions 0x" + Integer.toHexString(versions));
        }
        FeatureSet features = offer.features().without(FeatureSet.ALL);
        if (!features.isEmpty()) {
            parts.add("features 0x" + Long.toHexString(features.bits()));
        }
        if (offer.reserved() != 0) {
            parts.add("bytes 28..31 0x" + Integer.toHexString(offer.reserved()));
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
    }

    private void tell(ChannelStatus status) {
        lines.add("allowed here: versions " + policy.versions() + ", features " + names(policy.features()) + ", window "
                + policy.maxInflight() + ", policy " + policy.policy().label());
        status.offer().ifPresentOrElse(this::tellOffer, () -> lines.add("offered: nothing"));
        if (status.outcome().isEmpty()) {
            lines.add(
                    status.state() == KvmState.IDLE
                            ? "not negotiated: no READ was made"
                            : "not negotiated: " + status.state().label());
            return;
        }
        Outcome outcome = status.outcome().get();
        if (outcome instanceof Outcome.Agreed agreed) {
            lines.add("selected: " + agreed.agreement());
            status.offer().ifPresent(offer -> tellWhyNot(offer, agreed.agreement()));
        } else if (outcome instanceof Outcome.LegacyPeer legacy) {
            lines.add("not selected: " + legacy.inWords() + ", "
                    + (policy.negotiates()
                            ? "since the answer to the HELLO bears no marker [KST-002]"
                            : "since nothing is negotiated under this policy [POL-001]"));
        } else {
            lines.add("not selected: " + outcome.inWords());
        }
    }

    private void tellOffer(Offer offer) {
        lines.add("offered: versions " + offer.versions() + ", features "
                + names(offer.features().and(FeatureSet.ALL)) + ", window " + offer.maxInflight());
        // [OFR-011]
        unknown(offer).ifPresent(bits -> lines.add("offered and unknown here, ignored: " + bits));
    }

    private void tellWhyNot(Offer offer, Agreement agreement) {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            if (version.number() > agreement.version().number()) {
                lines.add("not version " + version.number() + ": "
                        + (offer.versions().lists(version) ? "not allowed here" : "not offered"));
            }
        }
        for (Feature feature : Feature.values()) {
            if (!agreement.has(feature)) {
                lines.add("not " + feature.name() + ": " + whyNot(feature, offer, agreement));
            }
        }
        if (agreement.maxInflight() < offer.maxInflight()) {
            lines.add("not window " + offer.maxInflight() + ": "
                    + (agreement.maxInflight() < policy.maxInflight()
                            ? "version " + agreement.version().number() + " has one of "
                                    + agreement.version().windowMax()
                            : "not allowed here"));
        }
    }

    private String whyNot(Feature feature, Offer offer, Agreement agreement) {
        if (!offer.features().contains(feature)) {
            return "not offered";
        }
        return policy.features().contains(feature)
                ? "needs version " + feature.needs().number() + " and has version "
                        + agreement.version().number()
                : "not allowed here";
    }

    private static String names(FeatureSet features) {
        return features.isEmpty() ? "none" : features.toString();
    }
}
