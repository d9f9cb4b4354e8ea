// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A named fault: one rule of a reference peer that was made wrong. A fault is a text file, and the peers hold no trace of it:
 *
 * <pre>
 * breaks: OFR-002
 * says: the OFFER does not echo the nonce
 * --- old reference-device-side/src/main/java/org/ioregionfd/device/DeviceHandshake.java
 * lines as they stand in that file, exactly once
 * --- new
 * what they are replaced with
 * </pre>
 *
 * A line {@code run: full} asks for a run that is not quick, where only a check that takes time finds the fault.
 *
 * @param name of the file, without its ending
 * @param role the side that is bent, device or kvm
 * @param clause that a run of the suite must name
 * @param changes what makes the peer wrong
 */
record Fault(String name, String role, String clause, Run run, List<Change> changes) {
    private static final Path FAULTS = Programs.ROOT.resolve("conformance/src/test/resources/faults");
    private static final Pattern CHANGE =
            Pattern.compile("(?ms)^--- old (\\S+)\n(.*?)^--- new\n(.*?)(?=^--- old |\\z)");

    /** The run of the suite that finds the fault. */
    enum Run {
        QUICK,
        FULL
    }

    /** One replacement in one source file. */
    record Change(Path source, String oldText, String newText) {}

    /** The faults in the peers of one side, device or kvm. */
    static List<Fault> of(String role) throws IOException {
        try (Stream<Path> files = Files.list(FAULTS.resolve(role))) {
            List<Fault> faults = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                faults.add(parse(role, file));
            }
            return faults;
        }
    }

    private static Fault parse(String role, Path file) throws IOException {
        String text = Files.readString(file);
        List<Change> changes = new ArrayList<>();
        Matcher matcher = CHANGE.matcher(text);
        while (matcher.find()) {
            Path source = Programs.ROOT.resolve(matcher.group(1));
            changes.add(new Change(
                    source, matcher.group(2).stripTrailing(), matcher.group(3).stripTrailing()));
        }
        assertTrue(!changes.isEmpty(), file + " changes nothing");
        String name = file.getFileName().toString().replaceFirst("\\.fault$", "");
        List<String> lines = text.lines().toList();
        return new Fault(
                name, role, value(lines, "breaks"), lines.contains("run: full") ? Run.FULL : Run.QUICK, changes);
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + ": "))
                .map(line -> line.substring(key.length() + 2).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + key + ": in a fault"));
    }

    /** The group of clauses that the broken one belongs to, as {@code --only} takes it. */
    String area() {
        return clause.substring(0, clause.indexOf('-'));
    }

    /** Compiles the bent sources; their classes are to stand before the peer's own on the class path. */
    Path compile() throws IOException {
        Path folder = Programs.TARGET.resolve("faults").resolve(name);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Map<Path, String> bent = new LinkedHashMap<>();
        for (Change change : changes) {
            String text =
                    bent.containsKey(change.source()) ? bent.get(change.source()) : Files.readString(change.source());
            int at = text.indexOf(change.oldText());
            assertTrue(
                    at >= 0,
                    () -> name + ": the old lines are not in " + change.source().getFileName());
            assertEquals(-1, text.indexOf(change.oldText(), at + 1), () -> name + ": the old lines are there twice");
            bent.put(change.source(), text.replace(change.oldText(), change.newText()));
        }
        List<Path> sources = new ArrayList<>();
        for (Map.Entry<Path, String> source : bent.entrySet()) {
            Path file = folder.resolve("source").resolve(source.getKey().getFileName());
            Files.createDirectories(file.getParent());
            sources.add(Files.writeString(file, source.getValue()));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            StringWriter said = new StringWriter();
            List<String> options =
                    List.of("-proc:none", "-nowarn", "--release", "17", "-d", classes.toString(), "-cp", classPath());
            boolean compiled = compiler.getTask(
                            said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertTrue(compiled, () -> name + " does not compile:\n" + said);
        }
        return classes;
    }

    /** Surefire starts the tests from a jar that only names the class path. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
