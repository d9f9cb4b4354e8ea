// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The C programs beside the suite, compiled as their READMEs say. */
final class CProgram {
    private CProgram() {}

    /** Compiles conformance/legacy/NAME.c; where there is no C compiler the test is skipped and says so. */
    static String compiled(String name) throws IOException, InterruptedException {
        Path program = Programs.TARGET.resolve("c").resolve(name);
        Files.createDirectories(program.getParent());
        Path source = Programs.ROOT.resolve("conformance/legacy").resolve(name + ".c");
        List<String> command = List.of(
                "cc",
                "-std=c11",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Werror",
                "-D_GNU_SOURCE",
                "-o",
                program.toString(),
                source.toString());
        try {
            Programs.Ended compiler = Programs.run(command);
            assertEquals(0, compiler.exitCode(), compiler::toString);
        } catch (IOException e) {
            abort("skipped: no C compiler (cc) on this machine");
        }
        return program.toString();
    }
}
