// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The C headers build without a warning wherever they should, and the byte vectors of the document hold for them. */
class CHeaderTest {
    private static final String[] SOURCES = {"check_vectors.c", "check_transcripts.c", "check_device.c", "check_kvm.c"};

    @TempDir
    Path folder;

    static Stream<CCompiler> compilers() {
        return CCompiler.all().stream();
    }

    @ParameterizedTest
    @MethodSource("compilers")
    void everyVectorHoldsForTheHeaders(CCompiler compiler) throws IOException {
        assumeTrue(compiler.works(), "not here: " + compiler);
        List<String> lines = CVectorLines.all();

        CCompiler.Run run = check(compiler, lines);

        assertEquals("", withoutLast(run.output()));
        assertEquals(0, run.status(), run.output());
        assertTrue(run.output().endsWith(" vectors, 0 failures\n"), run.output());
    }

    @ParameterizedTest
    @MethodSource("compilers")
    void everyProgramBuildsWithoutAWarning(CCompiler compiler) throws IOException {
        assumeTrue(compiler.works(), "not here: " + compiler);
        for (String program : List.of("example-device", "example-kvm-driver")) {
            compiler.build(folder, program, program + ".c");
        }
    }

    @Test
    void aVectorThatDoesNotHoldIsNamed() throws IOException {
        CCompiler compiler = anyCompiler();
        Path program = compiler.build(folder, "check_vectors", SOURCES);
        List<String> lines = CVectorLines.all();

        for (String kind : List.of("head", "frame", "record", "command", "transcript")) {
            String line = lines.stream()
                    .filter(candidate -> candidate.startsWith(kind + ' ') && !candidate.contains(" bad"))
                    .findFirst()
                    .orElseThrow();
            CCompiler.Run run = CCompiler.run(
                    List.of(program.toString()), String.join("\n", replaced(lines, line, spoilt(line))) + '\n');

            String name = kind.equals("head") ? "read heads" : line.split(" ", -1)[1];
            assertEquals(1, run.status(), kind + ": " + run.output());
            assertTrue(run.output().contains(name + ": "), kind + ": " + run.output());
        }
    }

    @Test
    void anEmptyInputChecksNothingAndSaysSo() throws IOException {
        CCompiler.Run run = check(anyCompiler(), List.of());

        assertEquals(2, run.status(), run.output());
    }

    private CCompiler.Run check(CCompiler compiler, List<String> lines) throws IOException {
        Path program = compiler.build(folder, "check_vectors", SOURCES);
        String input = lines.isEmpty() ? "" : String.join("\n", lines) + '\n';
        return CCompiler.run(List.of(program.toString()), input);
    }

    private static CCompiler anyCompiler() {
        Optional<CCompiler> compiler = CCompiler.FOR_PROGRAMS;
        assumeTrue(compiler.isPresent(), "no C compiler here");
        return compiler.orElseThrow();
    }

    /** The same line with its last number another one: a field, the layout of a read head, the last digit of a frame. */
    static String spoilt(String line) {
        char last = line.charAt(line.length() - 1);
        return line.substring(0, line.length() - 1) + (last == '1' ? '2' : '1');
    }

    static List<String> replaced(List<String> lines, String old, String replacement) {
        return lines.stream().map(line -> line.equals(old) ? replacement : line).toList();
    }

    private static String withoutLast(String output) {
        return output.substring(0, output.stripTrailing().lastIndexOf('\n') + 1);
    }
}
