// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.ioregionfd.conformance.rules.Access;

/**
 * A request of the suite to a test driver: one JSON object without its id. Immutable. Annex "Test driver" of the document
 * gives the members of each op.
 */
public final class Request {
    private final JsonObject members;

    private Request(JsonObject members) {
        this.members = members;
    }

    /** A request with no member but its op. */
    public static Request of(String op) {
        return new Request(new JsonObject()).with("op", op);
    }

    /** A request whose op stands behind {@code member}: the members of an object have no order. */
    public static Request of(String op, String member, Object value) {
        return new Request(new JsonObject()).with(member, value).with("op", op);
    }

    /** A READ. A size exponent outside of 0..3 is an error of the caller. */
    public static Request read(Access access) {
        return access("read", access);
    }

    /** A WRITE that waits for its response. */
    public static Request write(Access access, long value) {
        return access("write", access).with("value", hex(value));
    }

    /** A WRITE that waits for none. */
    public static Request posted(Access access, long value) {
        return write(access, value).with("posted", true);
    }

    /** A 64-bit number as the annex has it. */
    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** The same with another member: a String, Number, Boolean, null of JSON, or a List of these. */
    public Request with(String name, Object value) {
        JsonObject more = members.deepCopy();
        more.add(name, json(value));
        return new Request(more);
    }

    /** The same without this member. */
    public Request without(String name) {
        JsonObject fewer = members.deepCopy();
        fewer.remove(name);
        return new Request(fewer);
    }

    /** The op. */
    public String op() {
        return members.get("op").getAsString();
    }

    /** The request as a line of the driver's input, without its end. */
    public String line(int id) {
        JsonObject numbered = new JsonObject();
        numbered.addProperty("id", id);
        members.entrySet().forEach(member -> numbered.add(member.getKey(), member.getValue()));
        return numbered.toString();
    }

    private static Request access(String op, Access access) {
        if (access.sizeExponent() < 0 || access.sizeExponent() > 3) {
            throw new IllegalArgumentException("a driver takes sizes of 1 to 8 bytes");
        }
        return of(op).with("region", hex(access.userData()))
                .with("offset", hex(access.offset()))
                .with("size", 1 << access.sizeExponent());
    }

    private static JsonElement json(Object value) {
        if (value instanceof String text) {
            return new JsonPrimitive(text);
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Boolean truth) {
            return new JsonPrimitive(truth);
        }
        if (value instanceof JsonNull none) {
            return none;
        }
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(element -> array.add(element == null ? JsonNull.INSTANCE : json(element)));
            return array;
        }
        throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
}
