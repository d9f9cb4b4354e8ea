// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.ioregionfd.spec.SpecFiles.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.spec.HandshakeDocument.ClauseText;
import tools.jackson.databind.JsonNode;

/** Where each clause of the document is modelled, tried, checked and obeyed. */
final class Traceability {
    /** An id in comments and annotations, or as a constant of the enum Clause. */
    private static final Pattern CITATION = Pattern.compile("\\b([A-Z][A-Z0-9]{1,2})[-_]([0-9]{3})\\b");

    private static final Pattern CHECK =
            Pattern.compile("@Clause\\((\\{[^}]*}|\"[^\"]*\")\\)(?:\\s*@[^\\n]*)*\\s*(?:public )?void (\\w+)");

    private static final Path ROOT = SpecFiles.SPEC.resolve("..").normalize();

    /** Clause to the files, or vectors, or checks that cite it. */
    private final Map<String, Set<String>> code = new TreeMap<>();

    private final Map<String, Set<String>> model = new TreeMap<>();
    private final Map<String, Set<String>> vectors = new TreeMap<>();
    private final Map<String, Set<String>> shown = new TreeMap<>();
    private final Map<String, Set<String>> checks = new TreeMap<>();
    private final Map<String, String> unseen = unseen();
    private final List<ClauseText> clauses = new HandshakeDocument().clauses();

    Traceability() {
        for (String module : List.of(
                "spec/java",
                "spec/transport",
                "reference-kvm-side",
                "reference-kvm-side/program",
                "reference-device-side",
                "reference-device-side/program")) {
            cited(ROOT.resolve(module + "/src/main/java"), ".java", code, file -> !file.endsWith("Clause.java"));
        }
        cited(ROOT.resolve("spec/c"), ".h", code, file -> true);
        cited(ROOT.resolve("spec/rust"), ".rs", code, file -> !file.startsWith("check_"));
        cited(ROOT.resolve("spec/model"), ".tla", model, file -> true);
        readVectors();
        readChecks();
    }

    /** The MUSTs that no code cites, except for those that no check can see either. */
    List<String> uncited() {
        return clauses.stream()
                .filter(clause -> clause.level().startsWith("MUST"))
                .map(ClauseText::id)
                .filter(id -> !code.containsKey(id) && !unseen.containsKey(id))
                .toList();
    }

    /** A row for each clause; its links are relative to spec/tools/target. */
    String table() {
        StringBuilder table = new StringBuilder("""
                # Where each clause is modelled, tried, checked and obeyed

                Generated from the document, the model, the vectors, the conformance suite and the reference peers. A clause without a
                check says why.

                | clause | level | model | vectors that break it | vectors that show it | checks | code |
                |---|---|---|---|---|---|---|
                """);
        for (ClauseText clause : clauses) {
            String id = clause.id();
            int broken = vectors.getOrDefault(id, Set.of()).size();
            int shows = shown.getOrDefault(id, Set.of()).size();
            table.append("| [%s](../../handshake.md#%s) | %s %s | %s | %s | %s | %s | %s |\n"
                    .formatted(
                            id,
                            id,
                            clause.who(),
                            clause.level(),
                            lines(model, id),
                            broken == 0 ? "" : broken,
                            shows == 0 ? "" : shows,
                            checks.containsKey(id) ? lines(checks, id) : "none: " + unseen.getOrDefault(id, ""),
                            lines(code, id)));
        }
        return table.toString();
    }

    private static String lines(Map<String, Set<String>> which, String clause) {
        return String.join("<br>", which.getOrDefault(clause, Set.of()));
    }

    /** Why no check sees a clause, as the conformance suite says it for each side. */
    private static Map<String, String> unseen() {
        Map<String, String> reasons = new TreeMap<>();
        for (JsonNode side : SpecFiles.json("../conformance/src/main/resources/kinds.json")) {
            side.properties().stream()
                    .filter(entry -> text(entry.getValue(), "kind").equals("untestable"))
                    .forEach(entry -> reasons.put(entry.getKey(), text(entry.getValue(), "reason")));
        }
        return reasons;
    }

    private void readVectors() {
        for (String list : List.of("frames", "records", "commands", "transcripts")) {
            for (JsonNode vector : SpecFiles.json("vectors/" + list + ".json").get(list)) {
                if (vector.has("violates")) {
                    add(vectors, text(vector, "violates"), text(vector, "id"));
                }
                for (JsonNode clause : vector.path("shows")) {
                    add(shown, clause.asString(), text(vector, "id"));
                }
            }
        }
    }

    private void readChecks() {
        for (Path file : files(ROOT.resolve("conformance/src/main/java"), ".java")) {
            String side = file.getName(file.getNameCount() - 2).toString();
            CHECK.matcher(SpecFiles.text(file.toString()))
                    .results()
                    .forEach(check -> ids(check.group(1)).forEach(id -> add(checks, id, side + ": " + check.group(2))));
        }
    }

    private static void cited(Path folder, String ending, Map<String, Set<String>> into, Predicate<String> which) {
        for (Path file : files(folder, ending)) {
            String name = file.getFileName().toString();
            if (which.test(name)) {
                ids(SpecFiles.text(file.toString())).forEach(id -> add(into, id, name));
            }
        }
    }

    private static Stream<String> ids(String text) {
        return CITATION.matcher(text).results().map(id -> id.group(1) + "-" + id.group(2));
    }

    private static void add(Map<String, Set<String>> into, String clause, String value) {
        into.computeIfAbsent(clause, ignored -> new TreeSet<>()).add(value);
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
