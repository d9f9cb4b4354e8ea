// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.StringJoiner;
import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.VersionSet;

/** K's decision on an OFFER: a pure function of the offer and of what K's user allows. */
sealed interface Choice {
    /** What to SELECT. */
    record Take(Agreement agreement) implements Choice {}

    /** The ABORT, its clause, and for the user what is missing. */
    record Refuse(Abort abort, Clause by, String words) implements Choice {}

    /** Judges an OFFER by the policy. */
    static Choice of(KvmPolicy policy, Offer offer) {
        // [SEL-006, OFR-012] before anything else: an OFFER with a window of 0 offers nothing
        if (offer.maxInflight() == 0) {
            return new Refuse(new Abort(Reason.BAD_WINDOW, 0), Clause.OFR_012, "a window of 0 is offered");
        }
        if (policy.pin().isPresent()) {
            return ofPin(policy.pin().get(), policy.layout(), offer);
        }
        // [SEL-001] the highest allowed version that the OFFER lists; version 0 only under PREFER, where bit 0 is set
        VersionSet common = policy.selectable().and(offer.versions());
        if (common.highest().isEmpty()) {
            long detail = Integer.toUnsignedLong(offer.versions().bits());
            return new Refuse(
                    new Abort(Reason.NO_COMMON_VERSION, detail),
                    Clause.SEL_001,
                    "no common version: allowed " + policy.versions() + ", offered " + orNone(offer.versions()));
        }
        ProtocolVersion version = common.highest().get();
        // [SEL-002] offered, known, allowed, and the version meets the need; so no grease either [OFR-011, GRS-002]
        FeatureSet features = offer.features().and(policy.features()).and(FeatureSet.possibleWith(version));
        // [SEL-004]
        FeatureSet missing = policy.requiredFeatures().without(features);
        if (!missing.isEmpty()) {
            return new Refuse(
                    new Abort(Reason.REQUIRED_FEATURE_MISSING, missing.bits()),
                    Clause.SEL_004,
                    "required features are missing: " + whyMissing(missing, offer));
        }
        // [SEL-003] the smaller of the two windows, and 1 for versions 0 and 1
        int window = Math.min(offer.maxInflight(), policy.maxInflight());
        window = Math.min(window, version.windowMax());
        return new Take(new Agreement(version, features, window, policy.layout()));
    }

    /** [REC-001] exactly the record, never wider and never narrower. */
    private static Choice ofPin(Agreement pin, Layout layout, Offer offer) {
        long detail = 0;
        StringJoiner missing = new StringJoiner(", ");
        // [REC-002] all that is missing goes into the detail
        if (!offer.versions().lists(pin.version())) {
            detail |= Reason.DETAIL_VERSION;
            missing.add("version " + pin.version().number() + " (offered: " + orNone(offer.versions()) + ")");
        }
        if (offer.maxInflight() < pin.maxInflight()) {
            detail |= Reason.DETAIL_WINDOW;
            missing.add("window " + pin.maxInflight() + " (offered: " + offer.maxInflight() + ")");
        }
        FeatureSet features = pin.features().without(offer.features());
        if (!features.isEmpty()) {
            detail |= features.bits();
            missing.add(whyMissing(features, offer));
        }
        return detail == 0
                // [REC-005] a layout that the user names goes before that of the record
                ? new Take(new Agreement(pin.version(), pin.features(), pin.maxInflight(), layout))
                : new Refuse(new Abort(Reason.PIN_UNSATISFIED, detail), Clause.REC_002, "the pin needs " + missing);
    }

    private static String orNone(VersionSet versions) {
        String numbers = versions.toString();
        return numbers.isEmpty() ? "none" : numbers;
    }

    private static String whyMissing(FeatureSet missing, Offer offer) {
        StringJoiner words = new StringJoiner(", ");
        for (Feature feature : Feature.values()) {
            if (missing.contains(feature)) {
                words.add(feature
                        + (offer.features().contains(feature)
                                ? " (needs version " + feature.needs().number() + ")"
                                : " (not offered)"));
            }
        }
        return words.toString();
    }
}
