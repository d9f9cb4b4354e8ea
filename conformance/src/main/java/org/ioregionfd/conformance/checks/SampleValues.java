// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.ioregionfd.conformance.run.Result.Sample;

/** The generated values of one property, as text and as JSON. The peer, which is also a parameter, is not among them. */
final class SampleValues {
    private static final Gson GSON = new Gson();

    private final Method method;
    private final Object peer;

    SampleValues(Method method, Object peer) {
        this.method = method;
        this.peer = peer;
    }

    /** The values of the {@code parameters} of the method. */
    Sample of(List<Object> parameters) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            if (!isPeer(parameters.get(i))) {
                parts.add(method.getParameters()[i].getName() + " = " + parameters.get(i));
            }
        }
        return new Sample(String.join(", ", parts), json(parameters));
    }

    /**
     * The {@code parameters} with the values of {@code json} instead of the generated ones.
     *
     * @throws IllegalArgumentException with a line for the user if they do not fit the method
     */
    List<Object> given(String json, List<Object> parameters) {
        try {
            JsonArray values = JsonParser.parseString(json).getAsJsonArray();
            List<Object> given = new ArrayList<>();
            int next = 0;
            for (int i = 0; i < parameters.size(); i++) {
                given.add(isPeer(parameters.get(i)) ? parameters.get(i) : read(values.get(next++), i));
            }
            if (next == values.size()) {
                return given;
            }
        } catch (JsonParseException | IllegalStateException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("the values do not fit the check: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the values do not fit the check: there are too many");
    }

    /** Values that Gson cannot read back unchanged are left out, because they would make another case. */
    private Optional<String> json(List<Object> parameters) {
        try {
            JsonArray values = new JsonArray();
            for (int i = 0; i < parameters.size(); i++) {
                if (!isPeer(parameters.get(i))) {
                    JsonElement value = GSON.toJsonTree(parameters.get(i), type(i));
                    if (!Objects.deepEquals(parameters.get(i), read(value, i))) {
                        return Optional.empty();
                    }
                    values.add(value);
                }
            }
            return Optional.of(values.toString());
        } catch (JsonParseException | IllegalArgumentException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private Object read(JsonElement value, int parameter) {
        return Optional.<Object>ofNullable(GSON.fromJson(value, type(parameter)))
                .orElseThrow(() -> new JsonParseException("a value is null"));
    }

    private Type type(int parameter) {
        return method.getGenericParameterTypes()[parameter];
    }

    private boolean isPeer(Object value) {
        return value.equals(peer);
    }
}
