// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import java.util.List;
import java.util.Optional;
import org.ioregionfd.device.DeviceState.Offered;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Fields;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.Violation;

/**
 * The checks of a SELECT, in the order of the clauses: the first that fails decides the REJECT. Kind and reserved bytes come
 * before these [SEL-010, SEL-011, SEL-019], and are checked where frames are decoded. This device side does not use SEL-018,
 * which would come last.
 */
final class SelectChecks {
    /**
     * A SELECT, and what it is checked against.
     *
     * @param digest the one that D computed over HELLO, OFFER and this SELECT, u32
     */
    record Case(Select select, Offered offered, DevicePolicy policy, int digest) {}

    /** One clause: empty if the SELECT meets it. */
    @FunctionalInterface
    private interface Check {
        Optional<Ending.Rejected> refusal(Case given);
    }

    private static final List<Check> IN_ORDER = List.of(
            SelectChecks::digestMatches,
            SelectChecks::versionWasOffered,
            SelectChecks::windowIsLegal,
            SelectChecks::featuresWereOffered,
            SelectChecks::featuresHaveTheirVersion,
            SelectChecks::requiredFeaturesAreThere);

    private SelectChecks() {}

    /** The REJECT of the first check that fails, or empty if all pass. */
    static Optional<Ending.Rejected> firstRefusal(Case given) {
        for (Check check : IN_ORDER) {
            Optional<Ending.Rejected> refusal = check.refusal(given);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    /** [SEL-012] */
    private static Optional<Ending.Rejected> digestMatches(Case given) {
        int digest = given.select().digest();
        if (digest == given.digest()) {
            return Optional.empty();
        }
        Violation violation = new Violation(Clause.SEL_012, Fields.SELECT_DIGEST, Integer.toUnsignedLong(digest));
        return rejected(Reason.DIGEST_MISMATCH, Integer.toUnsignedLong(given.digest()), violation);
    }

    /** [SEL-013] D cannot judge what K's user allows; grease bits list nothing. */
    private static Optional<Ending.Rejected> versionWasOffered(Case given) {
        int version = given.select().version();
        if (given.offered().offer().versions().lists(version)) {
            return Optional.empty();
        }
        return rejected(
                Reason.VERSION_NOT_OFFERED, version, new Violation(Clause.SEL_013, Fields.SELECT_VERSION, version));
    }

    /** [SEL-014] */
    private static Optional<Ending.Rejected> windowIsLegal(Case given) {
        int maxInflight = given.select().maxInflight();
        int largest =
                Math.min(given.offered().offer().maxInflight(), version(given).windowMax());
        if (maxInflight >= 1 && maxInflight <= largest) {
            return Optional.empty();
        }
        return rejected(
                Reason.BAD_WINDOW, largest, new Violation(Clause.SEL_014, Fields.SELECT_MAX_INFLIGHT, maxInflight));
    }

    /** [SEL-015] Grease in the OFFER is no offer: only what the policy allows counts. */
    private static Optional<Ending.Rejected> featuresWereOffered(Case given) {
        FeatureSet notOffered = given.select().features().without(given.policy().features());
        return unlessEmpty(notOffered, Reason.FEATURE_NOT_OFFERED, violation(Clause.SEL_015, given));
    }

    /** [SEL-016] */
    private static Optional<Ending.Rejected> featuresHaveTheirVersion(Case given) {
        FeatureSet dangling = given.select().features().without(FeatureSet.possibleWith(version(given)));
        return unlessEmpty(dangling, Reason.FEATURE_DEPENDENCY, violation(Clause.SEL_016, given));
    }

    /** [SEL-017] */
    private static Optional<Ending.Rejected> requiredFeaturesAreThere(Case given) {
        FeatureSet missing =
                given.policy().requiredFeatures().without(given.select().features());
        return unlessEmpty(missing, Reason.REQUIRED_FEATURE_MISSING, violation(Clause.SEL_017, given));
    }

    /** The version of a SELECT that passed {@link #versionWasOffered}: D offers only versions that it knows. */
    private static ProtocolVersion version(Case given) {
        return ProtocolVersion.of(given.select().version()).orElseThrow();
    }

    private static Violation violation(Clause clause, Case given) {
        return new Violation(
                clause, Fields.SELECT_FEATURES, given.select().features().bits());
    }

    private static Optional<Ending.Rejected> unlessEmpty(FeatureSet mask, Reason reason, Violation violation) {
        return mask.isEmpty() ? Optional.empty() : rejected(reason, mask.bits(), violation);
    }

    private static Optional<Ending.Rejected> rejected(Reason reason, long detail, Violation violation) {
        return Optional.of(new Ending.Rejected(new Reject(reason, detail), violation));
    }
}
