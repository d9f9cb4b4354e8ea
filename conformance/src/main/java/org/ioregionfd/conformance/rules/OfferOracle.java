// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.Optional;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Setup.Hello;

/** K's required answer to an OFFER, worked out sentence by sentence in the order of SEL-006. */
public final class OfferOracle {
    private static final Registry KNOWN = Registry.known();
    private static final long WINDOW_TOO_SMALL = 1L << 63;
    private static final long VERSION_MISSING = 1L << 62;

    private OfferOracle() {}

    /** An ABORT with this reason and detail, or, if the reason is empty, the SELECT of {@code choice}. */
    public record Verdict(String reason, long detail, Optional<Choice> choice) {
        static Verdict abort(String reason, long detail) {
            return new Verdict(reason, detail, Optional.empty());
        }

        static Verdict select(Choice choice) {
            return new Verdict("", 0, Optional.of(choice));
        }
    }

    public static Verdict of(Setup setup, Terms offer) {
        if (offer.maxInflight() == 0) {
            return Verdict.abort("BAD_WINDOW", 0);
        }
        return setup.pinned() > 0 ? pinned(setup, offer) : free(setup, offer);
    }

    private static Verdict pinned(Setup setup, Terms offer) {
        long missing = setup.pinnedFeatures() & ~offer.features();
        missing |= setup.pinnedWindow() > offer.maxInflight() ? WINDOW_TOO_SMALL : 0;
        missing |= (offer.versions() >>> setup.pinned() & 1) == 0 ? VERSION_MISSING : 0;
        return missing != 0
                ? Verdict.abort("PIN_UNSATISFIED", missing)
                : Verdict.select(new Choice(setup.pinned(), setup.pinnedFeatures(), setup.pinnedWindow()));
    }

    private static Verdict free(Setup setup, Terms offer) {
        // [SEL-001] the versions that its user allows, and under PREFER version 0
        long allowed = setup.versions() | (setup.hello() == Hello.REQUIRE ? 0 : 1);
        long common = allowed & offer.versions();
        int version = KNOWN.bestIn(common);
        if (version < 0) {
            return Verdict.abort("NO_COMMON_VERSION", offer.versions());
        }
        long features = offer.features() & setup.features() & KNOWN.featuresFor(version);
        long missing = setup.required() & ~features;
        int window = Math.min(Math.min(offer.maxInflight(), setup.maxInflight()), KNOWN.windowMax(version));
        return missing != 0
                ? Verdict.abort("REQUIRED_FEATURE_MISSING", missing)
                : Verdict.select(new Choice(version, features, window));
    }
}
