// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ioregionfd.kvm.ChannelStatus;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;

/** A channel as annex A of the document describes it in JSON. */
final class ChannelJson {
    private static final Pattern BEYOND_ASCII = Pattern.compile("[^\\x00-\\x7f]");
    private static final String STATE = "state";

    private ChannelJson() {}

    /** One line of ASCII, whatever is in it. */
    static String text(JsonObject object) {
        // only within strings is there anything else, where JSON has escapes
        return BEYOND_ASCII
                .matcher(object.toString())
                .replaceAll(found -> found.group()
                        .chars()
                        .mapToObj(unit -> String.format(Locale.ROOT, "\\\\u%04x", unit))
                        .collect(Collectors.joining()));
    }

    /** No channel. */
    static JsonObject closed() {
        JsonObject channel = new JsonObject();
        channel.addProperty(STATE, "closed");
        return channel;
    }

    static JsonObject of(ChannelStatus status) {
        if (status.failure().filter(Failure.ClosedByUser.class::isInstance).isPresent()) {
            return closed();
        }
        JsonObject channel = new JsonObject();
        channel.addProperty(STATE, status.state().label());
        Agreement terms = status.terms();
        if (status.state() == KvmState.OPEN || status.state() == KvmState.LEGACY) {
            channel.addProperty("layout", terms.layout().label());
        }
        if (status.state() == KvmState.OPEN) {
            channel.addProperty("version", terms.version().number());
            channel.add("features", names(terms.features()));
            channel.addProperty("max_inflight", terms.maxInflight());
        }
        return channel;
    }

    /** The clause of a peer's fault, if there is one. */
    static Optional<String> clauseOf(Failure failure) {
        // an ABORT is K's own judgement of an offer that breaks no clause
        return failure instanceof Failure.Aborted
                ? Optional.empty()
                : failure.clause().map(clause -> clause.id());
    }

    /** Adds the error, its clause and the channel to an answer. */
    static JsonObject addError(JsonObject answer, String word, String message, ChannelStatus status) {
        answer.addProperty("error", word);
        answer.addProperty("message", message);
        status.failure().flatMap(ChannelJson::clauseOf).ifPresent(clause -> answer.addProperty("clause", clause));
        answer.add("channel", of(status));
        return answer;
    }

    /** The names of the known features. */
    static JsonArray names(FeatureSet features) {
        JsonArray names = new JsonArray();
        Arrays.stream(Feature.values())
                .filter(features::contains)
                .map(Feature::name)
                .forEach(names::add);
        return names;
    }
}
