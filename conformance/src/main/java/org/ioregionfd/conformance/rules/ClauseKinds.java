// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How each clause can be judged from outside, for each side that it binds. Immutable. */
public final class ClauseKinds {
    private static final String RESOURCE = "/kinds.json";

    private final Map<Sender, Map<String, Entry>> sides = new EnumMap<>(Sender.class);

    /** How a clause is judged. */
    public enum Kind {
        /** By what the peer sends and does. */
        TESTED,
        /** By when it does it: on a machine that stalls, the verdict may be the machine's. */
        TIMED,
        /** By chance: a right peer may look wrong, very seldom. */
        STOCHASTIC,
        /** Not at all. */
        UNTESTABLE
    }

    /**
     * One clause for one side.
     *
     * @param reason why it is not simply tested; empty where it is
     */
    public record Entry(Kind kind, String reason) {}

    private ClauseKinds(JsonObject root) {
        for (Sender side : Sender.values()) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            for (Map.Entry<String, JsonElement> row :
                    root.getAsJsonObject(side.name()).entrySet()) {
                JsonObject entry = row.getValue().getAsJsonObject();
                Kind kind = Kind.valueOf(entry.get("kind").getAsString().toUpperCase(Locale.ROOT));
                entries.put(row.getKey(), new Entry(kind, entry.get("reason").getAsString()));
            }
            sides.put(side, Collections.unmodifiableMap(entries));
        }
    }

    /** What the suite was built with. */
    public static ClauseKinds standard() {
        return new ClauseKinds(Registry.readResource(RESOURCE));
    }

    /** How {@code side} is judged by this clause. */
    public Entry of(Sender side, String clauseId) {
        return Optional.ofNullable(exceptions(side).get(clauseId)).orElse(new Entry(Kind.TESTED, ""));
    }

    /** The clauses of {@code side} that are not simply tested. */
    public Map<String, Entry> exceptions(Sender side) {
        return sides.getOrDefault(side, Map.of());
    }
}
