// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.trace;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.spec.SpecFiles;

/** Where each clause of the document is modelled, tried, checked and obeyed. */
final class Traceability {
    /** An id in comments and annotations, or as a constant of the enum Clause. */
    private static final Pattern CITATION = Pattern.compile("\\b([A-Z][A-Z0-9]{1,2})[-_]([0-9]{3})\\b");

    private static final Pattern CHECK =
            Pattern.compile("@Clause\\((\\{[^}]*}|\"[^\"]*\")\\)(?:\\s*@[^\\n]*)*\\s*(?:public )?void (\\w+)");

    private static final Path ROOT = SpecFiles.SPEC.getParent();

    /** Clause to the files, or vectors, or checks that cite it. */
    private final Map<String, Set<String>> code = new TreeMap<>();

    private final Map<String, Set<String>> model = new TreeMap<>();
    private final Map<String, Set<String>> vectors = new TreeMap<>();
    private final Map<String, Set<String>> checks = new TreeMap<>();

    Traceability() {
        for (String module : List.of("spec/java", "spec/transport", "reference-kvm-side", "reference-device-side")) {
            cited(ROOT.resolve(module + "/src/main/java"), ".java", code, file -> !file.endsWith("Clause.java"));
        }
        cited(ROOT.resolve("spec/c"), ".h", code, file -> true);
        cited(ROOT.resolve("spec/model"), ".tla", model, file -> true);
        readVectors();
        readChecks();
    }

    Set<String> code(String clause) {
        return code.getOrDefault(clause, Set.of());
    }

    Set<String> model(String clause) {
        return model.getOrDefault(clause, Set.of());
    }

    Set<String> vectors(String clause) {
        return vectors.getOrDefault(clause, Set.of());
    }

    /** Checks of the conformance suite as "side: method". */
    Set<String> checks(String clause) {
        return checks.getOrDefault(clause, Set.of());
    }

    private void readVectors() {
        for (String list : List.of("frames", "records", "commands", "transcripts")) {
            for (JsonNode vector : SpecFiles.json("vectors/" + list + ".json").get(list)) {
                if (vector.has("violates")) {
                    add(
                            vectors,
                            vector.get("violates").asText(),
                            vector.get("id").asText());
                }
            }
        }
    }

    private void readChecks() {
        for (Path file : files(ROOT.resolve("conformance/src/main/java"), ".java")) {
            String side = file.getParent().getFileName().toString();
            Matcher check = CHECK.matcher(text(file));
            while (check.find()) {
                Matcher id = CITATION.matcher(check.group(1));
                while (id.find()) {
                    add(checks, id.group(1) + "-" + id.group(2), side + ": " + check.group(2));
                }
            }
        }
    }

    private static void cited(Path folder, String ending, Map<String, Set<String>> into, Predicate<String> which) {
        for (Path file : files(folder, ending)) {
            String name = file.getFileName().toString();
            if (which.test(name)) {
                Matcher id = CITATION.matcher(text(file));
                while (id.find()) {
                    add(into, id.group(1) + "-" + id.group(2), name);
                }
            }
        }
    }

    private static void add(Map<String, Set<String>> into, String clause, String value) {
        into.computeIfAbsent(clause, ignored -> new TreeSet<>()).add(value);
    }

    private static List<Path> files(Path folder, String ending) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
