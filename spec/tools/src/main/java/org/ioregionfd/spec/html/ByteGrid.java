// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A byte diagram of a frame as four rows of eight bytes, which fits on a phone. Its text is a ruler of first bytes, with the
 * labels between bars below it.
 */
final class ByteGrid {
    private static final int FRAME_BYTES = 32;
    private static final int ROW_BYTES = 8;
    private static final Pattern DIAGRAM = Pattern.compile("byte ([ 0-9]+)\n *[+-]+\n *\\|(.*)\\|\n *[+-]+\n");

    private ByteGrid() {}

    /** The picture, if the text is a byte diagram. */
    static Optional<String> of(String text) {
        Matcher diagram = DIAGRAM.matcher(text);
        if (!diagram.matches()) {
            return Optional.empty();
        }
        String[] firsts = diagram.group(1).strip().split(" +", -1);
        String[] labels = diagram.group(2).split("\\|", -1);
        if (firsts.length != labels.length) {
            throw new IllegalStateException("not a label for each byte number:\n" + text);
        }
        StringBuilder cells = new StringBuilder();
        for (int i = 0; i < firsts.length; i++) {
            int end = i + 1 < firsts.length ? Integer.parseInt(firsts[i + 1]) : FRAME_BYTES;
            field(cells, labels[i].strip(), Integer.parseInt(firsts[i]), end);
        }
        // Hidden from screen readers, because the table of fields before it says the same in words.
        return Optional.of("<table class=\"bytes\" aria-hidden=\"true\"><colgroup>" + "<col/>".repeat(ROW_BYTES)
                + "</colgroup><tbody>" + cells + "</tbody></table>");
    }

    /** A field that goes on in the next row is drawn in each. */
    private static void field(StringBuilder cells, String label, int first, int end) {
        for (int at = first; at < end; ) {
            int rowEnd = (at / ROW_BYTES + 1) * ROW_BYTES;
            int stop = Math.min(end, rowEnd);
            String numbers = stop == at + 1 ? "" + at : at + ".." + (stop - 1);
            cells.append(at % ROW_BYTES == 0 ? "<tr>" : "")
                    .append("<td colspan=\"%d\" class=\"%s\"><small>%s</small> %s</td>"
                            .formatted(stop - at, kind(label), numbers, Markup.breakable(label)))
                    .append(stop == rowEnd ? "</tr>" : "");
            at = stop;
        }
    }

    private static String kind(String label) {
        return switch (label) {
            case "0" -> "zero";
            case "I O R H" -> "marker";
            default -> "field";
        };
    }
}
