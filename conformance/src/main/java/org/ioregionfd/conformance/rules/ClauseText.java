// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

/**
 * One clause of the protocol document.
 *
 * @param id such as {@code SEL-013}; never reused
 * @param level how much it binds
 * @param who {@code K}, {@code D} or {@code both}
 * @param section the heading it stands under
 * @param sentence the normative sentence
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
