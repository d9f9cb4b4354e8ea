package org.ioregionfd.conformance;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that hold in every source file. */
class TidyTest {

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final List<String> MODULES = List.of(
            "spec/java",
            "spec/transport",
            "spec/tools",
            "reference-device-side",
            "reference-device-side/program",
            "reference-kvm-side",
            "reference-kvm-side/program",
            "conformance",
            "conformance/bench");
    private static final int LINES_MAX = 400;

    /** Names that say nothing of what a type is for. */
    private static final Pattern VAGUE_TYPE =
            Pattern.compile("(?m)^\\s*[a-z -]*\\b(class|record|interface|enum) \\w*(Manager|Utils?|Helper|Impl)\\b");

    /** Put together from halves, so that this file does not contain what it looks for. */
    private static final Pattern LEFTOVER =
            Pattern.compile("\\b(" + String.join("|", "TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK") + ")\\b");

    @Test
    void findsTheSources() {
        assertTrue(MODULES.stream().allMatch(module -> Files.isDirectory(ROOT.resolve(module))), ROOT.toString());
        assertTrue(javaFiles("main").findAny().isPresent());
    }

    @Test
    void noMainFileIsTooLong() {
        assertNone(javaFiles("main").filter(file -> lines(file) > LINES_MAX), "longer than " + LINES_MAX + " lines");
    }

    @Test
    void noTypeHasAVagueName() {
        assertNone(allJavaFiles().filter(contains(VAGUE_TYPE)), "with a type named " + VAGUE_TYPE);
    }

    @Test
    void nothingIsLeftOver() {
        assertNone(allJavaFiles().filter(contains(LEFTOVER)), "with " + LEFTOVER);
    }

    @Test
    void everyPackageStatesItsContract() {
        assertNone(
                javaFiles("main")
                        .filter(file -> !file.endsWith("module-info.java"))
                        .map(file -> file.resolveSibling("package-info.java"))
                        .filter(contract ->
                                !Files.exists(contract) || !read(contract).contains("@NullMarked")),
                "missing, or not @NullMarked");
    }

    private static void assertNone(Stream<Path> offenders, String what) {
        TreeSet<String> names =
                offenders.map(file -> ROOT.relativize(file).toString()).collect(toCollection(TreeSet::new));
        assertEquals(List.of(), List.copyOf(names), "files " + what);
    }

    private static Stream<Path> allJavaFiles() {
        return Stream.of("main", "test").flatMap(TidyTest::javaFiles);
    }

    private static Stream<Path> javaFiles(String kind) {
        return MODULES.stream()
                .map(module -> ROOT.resolve(module).resolve("src").resolve(kind).resolve("java"))
                .filter(Files::isDirectory)
                .flatMap(TidyTest::filesBelow)
                .filter(file -> file.toString().endsWith(".java"));
    }

    private static Stream<Path> filesBelow(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Predicate<Path> contains(Pattern pattern) {
        return file -> pattern.matcher(read(file)).find();
    }

    private static long lines(Path file) {
        return read(file).lines().count();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
