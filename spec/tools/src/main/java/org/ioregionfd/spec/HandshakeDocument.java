// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of handshake.md that a program needs: its clauses. */
final class HandshakeDocument {
    /** One normative sentence, as clauses.json has it. */
    record ClauseText(String id, String level, String who, String section, String sentence) {}

    private static final Pattern HEADING = Pattern.compile("#+ (.*)");
    private static final Pattern CLAUSE = Pattern.compile("<a id=\"([A-Z][A-Z0-9]{1,2}-[0-9]{3})\"></a>\\*\\*\\1\\*\\* "
            + "\\((K|D|K and D), (MUST|MUST NOT|SHOULD|SHOULD NOT|MAY)\\) (.+\\.)");

    private static final String RETIRED = "Ids of clauses that are gone, never used again: ";
    private static final Pattern RETIRED_ID = Pattern.compile("([A-Z][A-Z0-9]{1,2}-[0-9]{3})(?: \\([^)]*\\))?[,.] ?");

    private final List<String> lines = SpecFiles.text("handshake.md").lines().toList();

    /** Every clause in the order of the text. A line that only looks like a clause is an error. */
    List<ClauseText> clauses() {
        List<ClauseText> clauses = new ArrayList<>();
        String section = "";
        for (String line : lines) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                section = heading.group(1);
            }
            if (line.startsWith("<a id=")) {
                Matcher clause = CLAUSE.matcher(line);
                if (!clause.matches()) {
                    throw new IllegalStateException("not the form of a clause: " + line);
                }
                String who = clause.group(2).equals("K and D") ? "both" : clause.group(2);
                clauses.add(new ClauseText(clause.group(1), clause.group(3), who, section, clause.group(4)));
            }
        }
        return clauses;
    }

    /** The ids of clauses that are gone. */
    List<String> retired() {
        return lines.stream()
                .filter(line -> line.startsWith(RETIRED))
                .flatMap(line ->
                        RETIRED_ID.matcher(line.substring(RETIRED.length())).results())
                .map(id -> id.group(1))
                .toList();
    }
}
