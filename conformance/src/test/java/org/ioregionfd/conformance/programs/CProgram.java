// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The C programs beside the suite, compiled as their READMEs say. */
public final class CProgram {
    private CProgram() {}

    /** Compiles a source file of the tree; where there is no C compiler the test is skipped and says so. */
    public static synchronized String compiled(String source) throws IOException, InterruptedException {
        String name = Path.of(source).getFileName().toString().replaceFirst("\\.c$", "");
        Path program = Programs.TARGET.resolve("c").resolve(name);
        Files.createDirectories(program.getParent());
        List<String> command = List.of(
                "cc",
                "-std=c11",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Werror",
                "-o",
                program.toString(),
                Programs.ROOT.resolve(source).toString());
        Programs.Ended compiler = compiler(command);
        assertEquals(0, compiler.exitCode(), compiler::toString);
        return program.toString();
    }

    /** Runs the compiler; where there is none the test is skipped and says so. */
    public static Programs.Ended compiler(List<String> command) throws IOException, InterruptedException {
        try {
            return Programs.run(command);
        } catch (IOException e) {
            return abort("skipped: no C compiler (cc) on this machine");
        }
    }
}
