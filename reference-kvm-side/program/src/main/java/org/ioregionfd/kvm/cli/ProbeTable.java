// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.VersionSet;

/** The peer's offer beside the agreement, row by row. */
final class ProbeTable {
    private static final String NOTHING = "-";

    private ProbeTable() {}

    /** The table, each row a line. */
    static String of(Offer offer, Outcome outcome) {
        Optional<Agreement> agreed =
                outcome instanceof Outcome.Agreed agreement ? Optional.of(agreement.agreement()) : Optional.empty();
        StringBuilder table = new StringBuilder();
        table.append(row("", "offered", "agreed"));
        table.append(row(
                "version",
                offer.versions().toString(),
                agreed.map(a -> "" + a.version().number())));
        for (Feature feature : Feature.values()) {
            table.append(row(
                    feature.name(),
                    yesOrNo(offer.features().contains(feature)),
                    agreed.map(agreement -> yesOrNo(agreement.has(feature)))));
        }
        table.append(row("window", "" + offer.maxInflight(), agreed.map(a -> "" + a.maxInflight())));
        NegotiationWords.unknown(offer).ifPresent(bits -> table.append(row("unknown", bits, NOTHING)));
        return table.toString();
    }

    /** The same; unknown bits are shown with the others. */
    static JsonObject toJson(Offer offer) {
        JsonObject shown = new JsonObject();
        shown.addProperty(
                "versions", Numbers.hex(Integer.toUnsignedLong(offer.versions().bits())));
        shown.addProperty("features", Numbers.hex(offer.features().bits()));
        shown.addProperty("max_inflight", offer.maxInflight());
        shown.addProperty("reserved", Numbers.hex(Integer.toUnsignedLong(offer.reserved())));
        JsonArray numbers = new JsonArray();
        IntStream.rangeClosed(0, VersionSet.NUMBER_MAX)
                .filter(number -> offer.versions().lists(number))
                .forEach(numbers::add);
        shown.add("version_numbers", numbers);
        shown.add("feature_names", ChannelJson.names(offer.features()));
        return shown;
    }

    private static String row(String name, String offered, Optional<String> agreed) {
        return row(name, offered, agreed.orElse(NOTHING));
    }

    private static String row(String name, String offered, String agreed) {
        return String.format(Locale.ROOT, "%-15s%-12s %s%n", name, offered, agreed);
    }

    private static String yesOrNo(boolean there) {
        return there ? "yes" : "no";
    }
}
