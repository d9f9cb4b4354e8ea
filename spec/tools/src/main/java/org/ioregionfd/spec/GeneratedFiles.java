// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ioregionfd.spec.wireshark.LuaTables;
import org.ioregionfd.spec.wireshark.Samples;
import tools.jackson.databind.JsonNode;

/**
 * Texts that are written once and needed in several places. Clauses are written in handshake.md, numbers in the registry,
 * bytes in the vectors. All files that are listed here come from these, wholly or in a marked region.
 */
final class GeneratedFiles {
    private static final Pattern REGION = Pattern.compile("(?s)<!-- generated: ([^>]*) -->\n.*?<!-- end -->");
    private static final String REGISTRY = "registry/registry.json";
    private static final String JAVA = "java/src/main/java/org/ioregionfd/wire/";

    private GeneratedFiles() {}

    /** The files of the wire. They must be compiled before the other files can be made. */
    static Map<String, byte[]> javaSources() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        put(files, JAVA + "Clause.java", JavaSources.clause(new HandshakeDocument().clauses()));
        put(files, JAVA + "Fields.java", JavaSources.fields(SpecFiles.json(REGISTRY)));
        return files;
    }

    /** The required text of each file, by its path from the folder of the document. */
    static Map<String, byte[]> contents() {
        HandshakeDocument document = new HandshakeDocument();
        JsonNode registry = SpecFiles.json(REGISTRY);
        DocumentTables tables = new DocumentTables(document.clauses());
        Map<String, byte[]> files = javaSources();
        put(files, "registry/clauses.json", clausesJson(document));
        String text = withRegions(SpecFiles.text("handshake.md"), tables);
        put(files, "handshake.md", text);
        put(files, "../README.md", withRegions(SpecFiles.text("../README.md"), tables));
        put(files, "vectors/README.md", withRegions(SpecFiles.text("vectors/README.md"), tables));
        put(files, CHeader.FILE, new CHeader(registry).regenerated(SpecFiles.text(CHeader.FILE)));
        put(files, RustSource.FILE, new RustSource(registry).regenerated(SpecFiles.text(RustSource.FILE)));
        put(files, LuaTables.FILE, LuaTables.regenerate(SpecFiles.text(LuaTables.FILE), registry));
        Samples.captures().forEach((name, bytes) -> files.put(Samples.FOLDER + name, bytes));
        return files;
    }

    /** The paths of the files that differ or are missing. */
    static List<String> differing(Map<String, byte[]> files) {
        return files.entrySet().stream()
                .filter(file -> !holds(file.getKey(), file.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Writes the files that differ, and gives their paths. */
    static List<String> write(Map<String, byte[]> files) throws IOException {
        List<String> differing = differing(files);
        for (String name : differing) {
            Files.write(SpecFiles.SPEC.resolve(name), Objects.requireNonNull(files.get(name)));
        }
        return differing;
    }

    private static boolean holds(String name, byte[] expected) {
        Path file = SpecFiles.SPEC.resolve(name);
        try {
            return Files.exists(file) && Arrays.equals(expected, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(Map<String, byte[]> files, String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String withRegions(String text, DocumentTables tables) {
        return REGION.matcher(text)
                .replaceAll(region -> Matcher.quoteReplacement("<!-- generated: " + region.group(1) + " -->\n"
                        + tables.region(region.group(1)) + "<!-- end -->"));
    }

    private static String clausesJson(HandshakeDocument document) {
        String clauses = document.clauses().stream()
                .map(clause -> "    " + SpecFiles.line(clause))
                .collect(Collectors.joining(",\n"));
        String retired = document.retired().stream().map(id -> '"' + id + '"').collect(Collectors.joining(", "));
        return "{\n  \"$schema\": \"./clauses.schema.json\",\n  \"clauses\": [\n" + clauses + "\n  ],\n  \"retired\": ["
                + retired + "]\n}\n";
    }
}
