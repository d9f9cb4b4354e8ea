// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** What a test driver answered: one JSON object. A member that is absent or of the wrong kind reads as empty. */
public final class Answer {
    /** What a long holds for sure, in digits alone, as the annex asks. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,16}");

    private final JsonObject members;

    Answer(JsonObject members) {
        this.members = members;
    }

    /** The number of the request that this answers; empty if it is null or no number. */
    public OptionalLong id() {
        return Optional.ofNullable(members.get("id")).map(Answer::number).orElse(OptionalLong.empty());
    }

    /** {@code done}, {@code unsupported}, {@code error}, or any other word of the driver. */
    public String status() {
        return text("status").orElse("");
    }

    /** The word for what went wrong, or empty. */
    public String error() {
        return text("error").orElse("");
    }

    /** How an access of version 2 ended, or empty. */
    public Optional<String> access() {
        return text("access");
    }

    /** The value of a READ. */
    public OptionalLong value() {
        String text = text("value").orElse("");
        return HEX.matcher(text).matches()
                ? OptionalLong.of(Long.parseUnsignedLong(text.substring(2), 16))
                : OptionalLong.empty();
    }

    /** The state of the channel; empty if the answer does not tell it. */
    public String state() {
        return channel("state").flatMap(Answer::text).orElse("");
    }

    /** The layout of the channel's commands of version 0, or empty where the answer does not tell. */
    public Optional<String> layout() {
        return channel("layout").flatMap(Answer::text);
    }

    /** The version agreed. */
    public OptionalLong version() {
        return channel("version").map(Answer::number).orElse(OptionalLong.empty());
    }

    /** The window agreed. */
    public OptionalLong maxInflight() {
        return channel("max_inflight").map(Answer::number).orElse(OptionalLong.empty());
    }

    /** The names of the features agreed; also empty if the answer does not tell them. */
    public List<String> features() {
        return texts(channel("features"));
    }

    /** The only policies that K can have on its host; empty if the answer does not tell them. */
    public List<String> policies() {
        return texts(member("policies"));
    }

    /** How many accesses the latencies of a run count; empty if the answer does not tell them. */
    public OptionalLong timed() {
        Optional<JsonArray> pairs =
                member("latency").filter(JsonElement::isJsonArray).map(JsonElement::getAsJsonArray);
        if (pairs.isEmpty()) {
            return OptionalLong.empty();
        }
        long timed = 0;
        for (JsonElement pair : pairs.get()) {
            OptionalLong many = pair.isJsonArray() && pair.getAsJsonArray().size() == 2
                    ? number(pair.getAsJsonArray().get(1))
                    : OptionalLong.empty();
            if (many.isEmpty()) {
                return many;
            }
            timed += many.getAsLong();
        }
        return OptionalLong.of(timed);
    }

    /** The member of this name as the driver sent it. */
    public Optional<JsonElement> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    @Override
    public String toString() {
        return members.toString();
    }

    private static OptionalLong number(JsonElement element) {
        return element.isJsonPrimitive()
                        && element.getAsJsonPrimitive().isNumber()
                        && NUMBER.matcher(element.getAsString()).matches()
                ? OptionalLong.of(element.getAsLong())
                : OptionalLong.empty();
    }

    private static List<String> texts(Optional<JsonElement> list) {
        return list.filter(JsonElement::isJsonArray).stream()
                .flatMap(array -> StreamSupport.stream(array.getAsJsonArray().spliterator(), false))
                .flatMap(element -> text(element).stream())
                .toList();
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(members.get(name)).flatMap(Answer::text);
    }

    private static Optional<String> text(JsonElement element) {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isString()
                ? Optional.of(element.getAsString())
                : Optional.empty();
    }

    private Optional<JsonElement> channel(String name) {
        return Optional.ofNullable(members.get("channel"))
                .filter(JsonElement::isJsonObject)
                .map(channel -> channel.getAsJsonObject().get(name));
    }
}
