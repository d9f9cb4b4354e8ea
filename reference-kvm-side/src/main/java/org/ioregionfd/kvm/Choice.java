// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.VersionSet;

/** What K makes of an OFFER: a pure function of the offer and of what K's user allows. */
sealed interface Choice {
    /** What to SELECT. */
    record Take(Agreement agreement) implements Choice {}

    /** What to ABORT with, and by which clause. */
    record Refuse(Abort abort, Clause by) implements Choice {}

    /** In the detail of PIN_UNSATISFIED: the window is too small [REC-002]. */
    long DETAIL_WINDOW = 1L << 63;

    /** In the detail of PIN_UNSATISFIED: the version is missing [REC-002]. */
    long DETAIL_VERSION = 1L << 62;

    /** Judges an OFFER by the policy. */
    static Choice of(KvmPolicy policy, Offer offer) {
        // [SEL-006, OFR-012] before anything else: an offer of no window offers nothing
        if (offer.maxInflight() == 0) {
            return new Refuse(new Abort(Reason.BAD_WINDOW, 0), Clause.OFR_012);
        }
        if (policy.pin().isPresent()) {
            return ofPin(policy.pin().get(), offer);
        }
        // [SEL-001] the highest version that HELLO and OFFER both list; version 0 only where both set bit 0
        VersionSet common = policy.helloVersions().and(offer.versions());
        if (common.highest().isEmpty()) {
            long detail = Integer.toUnsignedLong(offer.versions().bits());
            return new Refuse(new Abort(Reason.NO_COMMON_VERSION, detail), Clause.SEL_001);
        }
        ProtocolVersion version = common.highest().get();
        // [SEL-002] offered, known, allowed, and the version meets the need; so no grease either [OFR-011, GRS-002]
        FeatureSet features = offer.features().and(policy.features()).and(FeatureSet.possibleWith(version));
        // [SEL-004]
        FeatureSet missing = policy.requiredFeatures().without(features);
        if (!missing.isEmpty()) {
            return new Refuse(new Abort(Reason.REQUIRED_FEATURE_MISSING, missing.bits()), Clause.SEL_004);
        }
        // [SEL-003] the smaller of the two windows, and 1 for versions 0 and 1
        int window = Math.min(offer.maxInflight(), policy.maxInflight());
        window = Math.min(window, version.windowMax());
        return new Take(new Agreement(version, features, window, policy.layout()));
    }

    /** [REC-001] exactly the record, never wider and never narrower. */
    private static Choice ofPin(Agreement pin, Offer offer) {
        long detail = 0;
        // [REC-002] all that is missing goes into the detail
        if (offer.maxInflight() < pin.maxInflight()) {
            detail |= DETAIL_WINDOW;
        }
        if (!offer.versions().lists(pin.version())) {
            detail |= DETAIL_VERSION;
        }
        detail |= pin.features().without(offer.features()).bits();
        return detail == 0 ? new Take(pin) : new Refuse(new Abort(Reason.PIN_UNSATISFIED, detail), Clause.REC_002);
    }
}
