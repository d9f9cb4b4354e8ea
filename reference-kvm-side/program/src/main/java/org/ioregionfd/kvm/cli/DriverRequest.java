// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ioregionfd.kvm.ConfigurationException;
import org.jspecify.annotations.Nullable;

/** One line of a driver's input, taken apart strictly. Confined to one thread. */
final class DriverRequest {
    private static final String ID = "id";
    private static final String OP = "op";

    /** As many as a long holds for sure. */
    private static final String DIGITS = "[0-9]{1,18}";

    /** The largest that every JSON parser takes for itself: 2^53 - 1. */
    private static final long ID_MAX = (1L << 53) - 1;

    private final JsonObject members;
    private final JsonPrimitive id;

    private DriverRequest(JsonObject members, JsonPrimitive id) {
        this.members = members;
        this.id = id;
    }

    /** What is asked for is not there; the message says what. */
    static final class UnsupportedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnsupportedException(String message) {
            super(message);
        }
    }

    /** The request in a line; empty if it is no JSON object with an id [DRV-001]. */
    static Optional<DriverRequest> parse(String line) {
        try {
            JsonReader reader = new JsonReader(new StringReader(line));
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT || !element.isJsonObject()) {
                return Optional.empty();
            }
            JsonElement id = element.getAsJsonObject().get(ID);
            return whole(id)
                    .filter(number -> number <= ID_MAX)
                    .map(number -> new DriverRequest(element.getAsJsonObject(), id.getAsJsonPrimitive()));
        } catch (JsonParseException | IOException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    JsonPrimitive id() {
        return id;
    }

    /** The op; a request must have one. */
    String op() {
        return stringAt(members.get(OP), OP);
    }

    /** The names of all members but id and op. */
    List<String> names() {
        return members.keySet().stream()
                .filter(name -> !name.equals(ID) && !name.equals(OP))
                .toList();
    }

    /** What a list holds, of whatever type; nothing if the member is none. */
    List<JsonElement> elements(String name) {
        return members.get(name) instanceof JsonArray list ? list.asList() : List.of();
    }

    /** The named member, or empty if it is absent. */
    Optional<String> string(String name) {
        return member(name).map(member -> stringAt(member, name));
    }

    /** A number without a fraction, or empty if it is absent. */
    Optional<Long> integer(String name, long min, long max) {
        return member(name).map(member -> integerAt(member, name, min, max));
    }

    /** What a member says that must be there. */
    static <T> T required(String name, Optional<T> member) {
        return member.orElseThrow(() -> new ConfigurationException(name + " is missing"));
    }

    /** A number of 64 bits, "0x" and hexadecimal digits. */
    long u64(String name) {
        String text = required(name, string(name));
        return Numbers.parseHex(text)
                .orElseThrow(() -> new ConfigurationException(
                        name + " is a string of 0x and 1 to 16 hexadecimal digits, not " + text));
    }

    /** true or false; false if it is absent. */
    boolean flag(String name) {
        JsonElement member = member(name).orElse(new JsonPrimitive(false));
        if (member instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw new ConfigurationException(name + " is true or false");
    }

    /** A list of strings, or empty if it is absent. */
    Optional<List<String>> strings(String name) {
        return list(name, element -> stringAt(element, name));
    }

    /** A list of numbers, or empty if it is absent. */
    Optional<List<Long>> integers(String name, long min, long max) {
        return list(name, element -> integerAt(element, name, min, max));
    }

    /** The number that an element is in digits alone, without sign, fraction or exponent; empty if it is none. */
    static Optional<Long> whole(@Nullable JsonElement element) {
        return element instanceof JsonPrimitive primitive
                        && primitive.isNumber()
                        && primitive.getAsString().matches(DIGITS)
                ? Optional.of(Long.valueOf(primitive.getAsString()))
                : Optional.empty();
    }

    private Optional<JsonElement> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    private static String stringAt(@Nullable JsonElement element, String name) {
        if (element instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw new ConfigurationException(name + " is a string");
    }

    private <T> Optional<List<T>> list(String name, Function<JsonElement, T> each) {
        return member(name).map(member -> {
            if (!member.isJsonArray()) {
                throw new ConfigurationException(name + " is a list");
            }
            List<T> all = member.getAsJsonArray().asList().stream().map(each).toList();
            if (new HashSet<>(all).size() < all.size()) {
                throw new ConfigurationException(name + " names something twice");
            }
            return all;
        });
    }

    private static long integerAt(JsonElement element, String name, long min, long max) {
        return whole(element)
                .filter(number -> number >= min && number <= max)
                .orElseThrow(() -> new ConfigurationException(
                        name + " is a number from " + min + " to " + max + ", in digits alone"));
    }
}
