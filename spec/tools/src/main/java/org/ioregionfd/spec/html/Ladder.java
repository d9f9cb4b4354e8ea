// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A drawing of messages between two sides, with text between two bars and an arrow under each message, as lines that can
 * wrap.
 */
final class Ladder {
    private static final Pattern RIGHT = Pattern.compile("-+>");
    private static final Pattern LEFT = Pattern.compile("<-+");

    private Ladder() {}

    /** The picture, if the text is such a drawing. */
    static Optional<String> of(String text) {
        List<String> lines = text.lines().map(String::strip).toList();
        List<String> rungs = lines.subList(1, lines.size());
        if (rungs.isEmpty() || !rungs.stream().allMatch(line -> line.startsWith("|") && line.endsWith("|"))) {
            return Optional.empty();
        }
        String[] sides = lines.get(0).split(" {2,}", 2);
        StringBuilder ladder = new StringBuilder("<div class=\"ladder\"><p class=\"sides\"><b>%s</b> <b>%s</b></p>\n"
                .formatted(Markup.escaped(sides[0]), Markup.escaped(sides[1])));
        String said = "";
        for (String rung : rungs) {
            String inner = rung.substring(1, rung.length() - 1).strip();
            if (RIGHT.matcher(inner).matches()) {
                said = step(ladder, "right", said);
            } else if (LEFT.matcher(inner).matches()) {
                said = step(ladder, "left", said);
            } else {
                said = (said + " " + inner).strip();
            }
        }
        step(ladder, "both", said);
        return Optional.of(ladder.append("</div>").toString());
    }

    /** Adds the pending text, if there is any, and clears it. */
    private static String step(StringBuilder ladder, String direction, String said) {
        if (!said.isEmpty()) {
            // The name of a message is set apart from its explanation.
            ladder.append("<p class=\"%s\">%s</p>\n"
                    .formatted(direction, Markup.escaped(said).replaceFirst("^(\\w+) {2,}", "<b>$1</b> ")));
        }
        return "";
    }
}
