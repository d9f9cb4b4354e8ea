// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The C programs beside the suite, compiled as their READMEs say. */
public final class CProgram {
    private static final Set<Path> COMPILED = new HashSet<>();

    private CProgram() {}

    /**
     * The program of a source file of the tree, compiled once in this process: test classes run side by side, and a linker
     * that writes a program again would remove it from a class that is about to start it. Without a C compiler the test is
     * skipped and says so.
     */
    public static synchronized String compiled(String source) throws IOException, InterruptedException {
        String name = Path.of(source).getFileName().toString().replaceFirst("\\.c$", "");
        Path program = Programs.TARGET.resolve("c").resolve(name);
        if (COMPILED.contains(program)) {
            return program.toString();
        }
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
        COMPILED.add(program);
        return program.toString();
    }

    /** Runs the compiler; without one the test is skipped and says so. */
    public static Programs.Ended compiler(List<String> command) throws IOException, InterruptedException {
        try {
            return Programs.run(command);
        } catch (IOException e) {
            return abort("skipped: no C compiler (cc) on this machine");
        }
    }
}
