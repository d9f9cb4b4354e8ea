// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The clauses of the protocol document, in its order. Immutable. */
public final class ClauseBook {
    private static final String RESOURCE = "/registry/clauses.json";

    private final Map<String, ClauseText> clauses = new LinkedHashMap<>();

    private ClauseBook(JsonObject root) {
        for (JsonObject row : Registry.objects(root, "clauses")) {
            ClauseText clause = new ClauseText(
                    row.get("id").getAsString(),
                    ClauseText.Level.of(row.get("level").getAsString()),
                    row.get("who").getAsString(),
                    row.get("section").getAsString(),
                    row.get("sentence").getAsString());
            if (clauses.put(clause.id(), clause) != null) {
                throw new IllegalArgumentException("two clauses " + clause.id());
            }
        }
    }

    /** The clauses that the suite was built with. */
    public static ClauseBook standard() {
        return new ClauseBook(Registry.readResource(RESOURCE));
    }

    /** Clauses read from other JSON of the same form. */
    public static ClauseBook parse(String json) {
        return new ClauseBook(JsonParser.parseString(json).getAsJsonObject());
    }

    /** The clause with this id, if there is one. */
    public Optional<ClauseText> find(String id) {
        return Optional.ofNullable(clauses.get(id));
    }

    /** All clauses, in the order of the document. */
    public Collection<ClauseText> all() {
        return Collections.unmodifiableCollection(clauses.values());
    }
}
