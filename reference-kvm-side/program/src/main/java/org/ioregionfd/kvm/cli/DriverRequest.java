// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.ioregionfd.kvm.cli.RequestException.Answered;
import org.jspecify.annotations.Nullable;

/** One line of a driver's input, taken apart strictly. Confined to one thread. */
final class DriverRequest {
    private static final String ID = "id";
    private static final String OP = "op";

    private final JsonObject members;
    private final JsonPrimitive id;
    private final Set<String> unread;

    private DriverRequest(JsonObject members, JsonPrimitive id) {
        this.members = members;
        this.id = id;
        unread = new HashSet<>(members.keySet());
        unread.remove(ID);
        unread.remove(OP);
    }

    /** The request in a line; empty where it is no JSON object with an id that is a number [DRV-001]. */
    static Optional<DriverRequest> parse(String line) {
        try {
            JsonReader reader = new JsonReader(new StringReader(line));
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT || !element.isJsonObject()) {
                return Optional.empty();
            }
            return element.getAsJsonObject().get(ID) instanceof JsonPrimitive id && id.isNumber()
                    ? Optional.of(new DriverRequest(element.getAsJsonObject(), id))
                    : Optional.empty();
        } catch (JsonParseException | IOException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    JsonPrimitive id() {
        return id;
    }

    /** The op; a request without one is none. */
    String op() throws RequestException {
        return stringAt(members.get(OP), OP);
    }

    /** The named member, or empty where it is absent. */
    Optional<String> string(String name) throws RequestException {
        Optional<JsonElement> member = member(name);
        return member.isPresent() ? Optional.of(stringAt(member.get(), name)) : Optional.empty();
    }

    /** A number without a fraction, or empty where it is absent. */
    OptionalLong integer(String name, long min, long max) throws RequestException {
        Optional<JsonElement> member = member(name);
        return member.isPresent() ? OptionalLong.of(integerAt(member.get(), name, min, max)) : OptionalLong.empty();
    }

    /** A number of 64 bits, "0x" and hexadecimal digits. */
    long u64(String name) throws RequestException {
        String text = string(name).orElseThrow(() -> usage(name + " is missing"));
        return Numbers.parseHex(text)
                .orElseThrow(() -> usage(name + " is a string of 0x and 1 to 16 hexadecimal digits, not " + text));
    }

    /** true, false, or false where it is absent. */
    boolean flag(String name) throws RequestException {
        Optional<JsonElement> member = member(name);
        if (member.isEmpty()) {
            return false;
        }
        if (member.get() instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw usage(name + " is true or false");
    }

    /** A list of strings, or empty where it is absent. */
    Optional<List<String>> strings(String name) throws RequestException {
        Optional<JsonElement> member = member(name);
        if (member.isEmpty()) {
            return Optional.empty();
        }
        List<String> strings = new ArrayList<>();
        for (JsonElement element : listAt(member.get(), name)) {
            strings.add(stringAt(element, name));
        }
        return Optional.of(strings);
    }

    /** A list of numbers, or empty where it is absent. */
    Optional<List<Long>> integers(String name, long min, long max) throws RequestException {
        Optional<JsonElement> member = member(name);
        if (member.isEmpty()) {
            return Optional.empty();
        }
        List<Long> integers = new ArrayList<>();
        for (JsonElement element : listAt(member.get(), name)) {
            integers.add(integerAt(element, name, min, max));
        }
        return Optional.of(integers);
    }

    /** Refuses what no call has asked for. */
    void requireNothingElse() throws RequestException {
        if (!unread.isEmpty()) {
            throw new RequestException(
                    Answered.UNSUPPORTED, "unknown member " + unread.iterator().next());
        }
    }

    static RequestException usage(String message) {
        return new RequestException(Answered.USAGE, message);
    }

    private Optional<JsonElement> member(String name) {
        unread.remove(name);
        return Optional.ofNullable(members.get(name));
    }

    private static String stringAt(@Nullable JsonElement element, String name) throws RequestException {
        if (element instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw usage(name + " is a string");
    }

    private static Iterable<JsonElement> listAt(JsonElement element, String name) throws RequestException {
        if (element.isJsonArray()) {
            return element.getAsJsonArray();
        }
        throw usage(name + " is a list");
    }

    private static long integerAt(JsonElement element, String name, long min, long max) throws RequestException {
        if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
            try {
                long number = new BigDecimal(primitive.getAsString()).longValueExact();
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (ArithmeticException | NumberFormatException e) {
                throw usage(name + " is a whole number from " + min + " to " + max);
            }
        }
        throw usage(name + " is a whole number from " + min + " to " + max);
    }
}
