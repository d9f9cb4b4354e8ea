// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.programs.Programs;

/** The kill matrix as a page to read and as a table to compute with. */
final class KillReport {
    private KillReport() {}

    /** Writes target/kill-matrix.md and target/kill-matrix.csv. */
    static void write(List<KillMatrix.Row> rows, Set<String> proven, Map<String, String> unproven) throws IOException {
        Files.writeString(Programs.TARGET.resolve("kill-matrix.csv"), csv(rows));
        Files.writeString(Programs.TARGET.resolve("kill-matrix.md"), page(rows, proven, unproven));
    }

    /** One line. */
    static String summary(List<KillMatrix.Row> rows, Set<String> proven, Set<String> unproven) {
        long equivalent = rows.stream()
                .filter(row -> row.fault().equivalent().isPresent())
                .count();
        long killed = rows.stream().filter(KillMatrix.Row::isKilledByItsClause).count();
        return "kill matrix: %d faults: %d found by the clause that they break, %d equivalent; %d clauses with a fault of their own, %d without"
                .formatted(rows.size(), killed, equivalent, proven.size(), unproven.size());
    }

    private static String csv(List<KillMatrix.Row> rows) {
        StringBuilder text = new StringBuilder("peer,fault,breaks,clause,how,check\n");
        for (KillMatrix.Row row : rows) {
            for (World.Verdict kill : row.kills()) {
                for (String clause : kill.clauses()) {
                    text.append(String.join(
                                    ",",
                                    row.fault().peer().folder(),
                                    row.fault().name(),
                                    row.fault().clause(),
                                    clause,
                                    clause.equals(kill.clauses().get(0)) ? "decides" : "cites",
                                    kill.check()))
                            .append('\n');
                }
            }
        }
        return text.toString();
    }

    private static String page(List<KillMatrix.Row> rows, Set<String> proven, Map<String, String> unproven) {
        StringBuilder text = new StringBuilder("# Which clause finds which fault\n\n")
                .append(summary(rows, proven, unproven.keySet()))
                .append(".\n\n## By fault\n\n")
                .append("| peer | fault | breaks | decided by | cited too |\n|---|---|---|---|---|\n");
        for (KillMatrix.Row row : rows) {
            Set<String> deciding = new TreeSet<>();
            Set<String> citing = new TreeSet<>();
            for (World.Verdict kill : row.kills()) {
                deciding.add(kill.clauses().get(0));
                citing.addAll(kill.clauses());
            }
            citing.removeAll(deciding);
            text.append("| %s | %s: %s | %s | %s | %s |\n"
                    .formatted(
                            row.fault().peer().folder(),
                            row.fault().name(),
                            row.fault().says(),
                            row.fault().clause(),
                            row.fault().equivalent().map(why -> "none: " + why).orElse(String.join(" ", deciding)),
                            String.join(" ", citing)));
        }
        text.append(
                "\n## By clause\n\n| side and clause | its own faults | others that a check citing it finds |\n|---|---|---|\n");
        byClause(rows)
                .forEach((clause, found) -> text.append("| %s | %s | %d |\n"
                        .formatted(
                                clause,
                                names(found, clause),
                                found.size() - own(found, clause).size())));
        text.append("\n## Clauses without a fault\n\n| side and clause | why |\n|---|---|\n");
        unproven.forEach((clause, why) -> text.append("| %s | %s |\n".formatted(clause, why)));
        return text.toString();
    }

    private static Map<String, List<KillMatrix.Row>> byClause(List<KillMatrix.Row> rows) {
        Map<String, List<KillMatrix.Row>> found = new TreeMap<>();
        for (KillMatrix.Row row : rows) {
            row.kills().stream()
                    .map(World.Verdict::clauses)
                    .flatMap(Collection::stream)
                    .distinct()
                    .forEach(clause -> found.computeIfAbsent(
                                    row.fault().side() + " " + clause, none -> new ArrayList<>())
                            .add(row));
        }
        return found;
    }

    private static List<KillMatrix.Row> own(List<KillMatrix.Row> found, String clause) {
        return found.stream()
                .filter(row -> clause.endsWith(" " + row.fault().clause()))
                .toList();
    }

    private static String names(List<KillMatrix.Row> found, String clause) {
        return own(found, clause).stream()
                .map(row -> row.fault().peer().folder() + "/" + row.fault().name())
                .collect(Collectors.joining(", "));
    }
}
