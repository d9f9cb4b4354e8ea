// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The clauses of the protocol document, in its order. Immutable. */
public final class ClauseBook {
    private static final String RESOURCE = "/registry/clauses.json";

    /** Of Markdown; outside of the document only its words are of use. */
    private static final String LINK = "\\[([^\\]]*)\\]\\([^)]*\\)";

    private final Map<String, ClauseText> clauses = new LinkedHashMap<>();

    private ClauseBook(JsonObject root) {
        for (JsonObject row : Registry.objects(root, "clauses")) {
            ClauseText clause = new ClauseText(
                    row.get("id").getAsString(),
                    ClauseText.Level.of(row.get("level").getAsString()),
                    row.get("who").getAsString(),
                    row.get("section").getAsString(),
                    row.get("sentence").getAsString().replaceAll(LINK, "$1"));
            if (clauses.put(clause.id(), clause) != null) {
                throw new IllegalArgumentException("two clauses " + clause.id());
            }
        }
    }

    /** The clauses with which the suite was built. */
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

    /** The section of the document, with its number, in which the clauses of {@code group} stand that bind {@code side}. */
    public String sectionOf(String group, Sender side) {
        return clauses.values().stream()
                .filter(clause -> clause.group().equals(group) && clause.binds(side))
                .map(ClauseText::section)
                .findFirst()
                .orElse("");
    }

    /** All clauses, in the order of the document. */
    public Collection<ClauseText> all() {
        return Collections.unmodifiableCollection(clauses.values());
    }

    /**
     * One clause of the protocol document.
     *
     * @param id such as {@code SEL-013}; never reused
     * @param level how much it binds
     * @param who {@code K}, {@code D} or {@code both}
     * @param section the heading it stands under
     * @param sentence the normative sentence, without links
     */
    public record ClauseText(String id, Level level, String who, String section, String sentence) {
        /** How much a clause binds; the negative forms count with their positive ones. */
        public enum Level {
            MUST,
            SHOULD,
            MAY;

            static Level of(String words) {
                return switch (words) {
                    case "MUST", "MUST NOT" -> MUST;
                    case "SHOULD", "SHOULD NOT" -> SHOULD;
                    case "MAY" -> MAY;
                    default -> throw new IllegalArgumentException("no level of a clause: " + words);
                };
            }
        }

        /** The part of the id before the dash: the area of the document. */
        public String group() {
            return groupOf(id);
        }

        /** The part of {@code clauseId} before the dash. */
        public static String groupOf(String clauseId) {
            int dash = clauseId.indexOf('-');
            return dash < 0 ? clauseId : clauseId.substring(0, dash);
        }

        /** Whether the clause binds {@code side}. */
        public boolean binds(Sender side) {
            return who.equals("both") || who.equals(side.name());
        }
    }

    /** How each clause can be judged from outside, for each side that it binds. Immutable. */
    public static final class ClauseKinds {
        private static final String RESOURCE = "/kinds.json";

        private final Map<Sender, Map<String, Entry>> sides = new EnumMap<>(Sender.class);

        /** How a clause is judged. */
        public enum Kind {
            /** By what the peer sends and does. */
            TESTED,
            /** By the time when it does it: on a machine that stalls, the verdict may be due to the machine. */
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
                    entries.put(
                            row.getKey(), new Entry(kind, entry.get("reason").getAsString()));
                }
                sides.put(side, Collections.unmodifiableMap(entries));
            }
        }

        /** The kinds with which the suite was built. */
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
}
