// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library in Rust needs no std, builds without a warning, and the byte vectors of the document hold for it. */
class RustLibraryTest {
    private static final Path SOURCES = SpecFiles.SPEC.resolve("rust");

    /** Any overflow ends the program. */
    private static final List<String> CHECKED = List.of("-O", "-C", "debug-assertions=on");

    @TempDir
    static Path folder;

    private static Path checker;

    @BeforeAll
    static void build() throws IOException {
        assumeTrue(isHere("rustc"), "no Rust compiler (rustc) here");
        checker = folder.resolve("check_vectors");
        compile(SOURCES.resolve("check_vectors.rs"), checker, CHECKED);
    }

    @Test
    void theLibraryNeedsNoStd() throws IOException {
        Path root =
                Files.writeString(folder.resolve("lib.rs"), """
                #![no_std]
                #[path = "%s"]
                pub mod ioregionfd_handshake;
                """.formatted(SOURCES.resolve("ioregionfd_handshake.rs")));

        compile(root, folder.resolve("lib.rmeta"), List.of("--crate-type", "lib", "--emit", "metadata"));
    }

    @Test
    void everyVectorHoldsForTheLibraryAndNoFrameMakesItPanic() throws IOException {
        CCompiler.Run run = check(CVectorLines.all());

        assertTrue(run.output().matches("[0-9]+ vectors, 0 failures\n"), run.output());
        assertEquals(0, run.status());
    }

    @Test
    void aVectorThatDoesNotHoldIsNamed() throws IOException {
        List<String> lines = CVectorLines.all();
        for (String kind : List.of("head", "frame", "record", "command", "transcript")) {
            String line = lines.stream()
                    .filter(candidate -> candidate.startsWith(kind + ' ') && !candidate.contains(" bad"))
                    .findFirst()
                    .orElseThrow();

            CCompiler.Run run = check(CHeaderTest.replaced(lines, line, CHeaderTest.spoilt(line)));

            String name = kind.equals("head") ? "read heads" : line.split(" ", -1)[1];
            assertEquals(1, run.status(), kind + ": " + run.output());
            assertTrue(run.output().contains(name + ": "), kind + ": " + run.output());
        }
    }

    @Test
    void anEmptyInputChecksNothingAndSaysSo() throws IOException {
        assertEquals(2, check(List.of()).status());
    }

    /** Debian has rustfmt in a package of its own: where it is not, nothing is said of it. */
    @Test
    void theSourcesAreFormatted() throws IOException {
        for (String root : List.of("check_vectors.rs", "example-device.rs")) {
            List<String> command =
                    List.of("rustfmt", "--check", SOURCES.resolve(root).toString());

            assertEquals(
                    new CCompiler.Run(0, ""),
                    isHere("rustfmt") ? CCompiler.run(command, "") : new CCompiler.Run(0, ""));
        }
    }

    private static boolean isHere(String program) {
        try {
            return CCompiler.run(List.of(program, "--version"), "").status() == 0;
        } catch (IOException e) {
            // no such program: that is an answer too
            return false;
        }
    }

    private static void compile(Path source, Path built, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("rustc", "--edition", "2021", "-D", "warnings"));
        command.addAll(options);
        command.addAll(List.of("-o", built.toString(), source.toString()));
        assertEquals(new CCompiler.Run(0, ""), CCompiler.run(command, ""));
    }

    private static CCompiler.Run check(List<String> lines) throws IOException {
        String input = lines.isEmpty() ? "" : String.join("\n", lines) + '\n';
        return CCompiler.run(List.of(checker.toString()), input);
    }
}
