// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;

/** A negotiation in words: K's HELLO, what was offered, what was selected, and why not more. */
final class NegotiationWords {
    private NegotiationWords() {}

    /** A HELLO and its OFFER. */
    static String offered(Hello hello, Offer offer) {
        return (hello.isDetached() ? "detached" : "attached") + " HELLO in the layout "
                + hello.layout().label()
                + "; offered versions " + versions(offer.versions())
                + ", features " + features(offer.features()) + ", window " + offer.maxInflight();
    }

    /** What was selected, and everything that was offered but not selected. */
    static String agreed(Offer offer, Agreement agreement) {
        List<String> notSelected = new ArrayList<>();
        for (ProtocolVersion version : ProtocolVersion.values()) {
            if (version.number() > agreement.version().number()
                    && offer.versions().lists(version)) {
                notSelected.add("version " + version.number() + " (K did not want it)");
            }
        }
        for (Feature feature : Feature.values()) {
            if (offer.features().contains(feature) && !agreement.has(feature)) {
                boolean possible = FeatureSet.possibleWith(agreement.version()).contains(feature);
                notSelected.add(feature.name()
                        + (possible
                                ? " (K did not want it)"
                                : " (needs version " + feature.needs().number() + ")"));
            }
        }
        return "selected " + agreement
                + (notSelected.isEmpty()
                        ? "; all that was offered"
                        : "; not selected: " + String.join(", ", notSelected));
    }

    private static String versions(VersionSet versions) {
        String numbers = versions.toString();
        return (numbers.isEmpty() ? "none" : numbers)
                + (versions.and(VersionSet.GREASE).equals(VersionSet.NONE) ? "" : " and grease");
    }

    private static String features(FeatureSet features) {
        FeatureSet known = features.and(FeatureSet.ALL);
        String names = known.isEmpty() ? "none" : known.toString();
        return names + (features.and(FeatureSet.GREASE).isEmpty() ? "" : " and grease");
    }
}
