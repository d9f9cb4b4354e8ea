// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A compiler as a command, with the options that choose language and checks. To find out whether it is installed and knows
 * the options, it compiles the smallest program.
 */
record CCompiler(String label, List<String> command) {
    static final Path SOURCES = SpecFiles.SPEC.resolve("c");

    private static final List<String> WARNINGS =
            List.of("-Wall", "-Wextra", "-Wpedantic", "-Wpadded", "-Wconversion", "-Wshadow", "-Werror");
    private static final String SANITIZERS = "-fsanitize=address,undefined";
    private static final long PROCESS_SECONDS_MAX = 120;

    /** A compiler that can build a C program, with sanitizers if any compiler has them. */
    static final Optional<CCompiler> FOR_PROGRAMS = forPrograms();

    /** The output of a process, and how it ended. */
    record Run(int status, String output) {}

    /** Every language and compiler for which the headers are made. */
    static List<CCompiler> all() {
        return List.of(
                plain("gcc", "gcc", "-std=c11"),
                plain("clang", "clang", "-std=c11"),
                plain("gcc for 32 bits", "gcc", "-m32", "-std=c11"),
                plain("g++", "g++", "-xc++", "-std=c++11"),
                plain("clang++", "clang++", "-xc++", "-std=c++17"),
                sanitized("gcc", "gcc", "-std=c11"),
                sanitized("clang", "clang", "-std=c11"));
    }

    private static Optional<CCompiler> forPrograms() {
        return List.of(
                        sanitized("gcc", "gcc", "-std=c11"),
                        sanitized("clang", "clang", "-std=c11"),
                        plain("gcc", "gcc", "-std=c11"),
                        plain("clang", "clang", "-std=c11"),
                        plain("cc", "cc", "-std=c11"))
                .stream()
                .filter(CCompiler::works)
                .findFirst();
    }

    private static CCompiler plain(String label, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.add("-O1");
        return new CCompiler(label, all);
    }

    private static CCompiler sanitized(String label, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.add("-g");
        all.add(SANITIZERS);
        all.add("-fno-sanitize-recover=all");
        return new CCompiler(label + " with sanitizers", all);
    }

    boolean works() {
        try {
            Path folder = Files.createTempDirectory("cc");
            Path source = Files.writeString(folder.resolve("empty.c"), "int main() { return 0; }\n");
            Path program = folder.resolve("empty");
            try {
                List<String> arguments = new ArrayList<>(command);
                arguments.addAll(List.of("-o", program.toString(), source.toString()));
                return run(arguments, "").status() == 0
                        && run(List.of(program.toString()), "").status() == 0;
            } finally {
                Files.deleteIfExists(program);
                Files.delete(source);
                Files.delete(folder);
            }
        } catch (IOException e) {
            // no such program: that is an answer too
            return false;
        }
    }

    /** Builds a program of the named sources of spec/c in the folder, all warnings being errors. */
    Path build(Path folder, String program, String... sources) throws IOException {
        Path built = folder.resolve(program);
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(WARNINGS);
        arguments.addAll(List.of("-o", built.toString()));
        for (String source : sources) {
            arguments.add(SOURCES.resolve(source).toString());
        }
        Run run = run(arguments, "");
        if (run.status() != 0) {
            throw new IllegalStateException(label + " does not build " + program + ":\n" + run.output());
        }
        return built;
    }

    /** Runs a command to its end with that input, and joins its output and its errors. */
    static Run run(List<String> arguments, String input) throws IOException {
        Path output = Files.createTempFile("run", ".out");
        Path inputFile = Files.writeString(Files.createTempFile("run", ".in"), input);
        try {
            Process process = new ProcessBuilder(arguments)
                    .redirectErrorStream(true)
                    .redirectInput(inputFile.toFile())
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PROCESS_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("does not end: " + arguments);
            }
            return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            Files.delete(output);
            Files.delete(inputFile);
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
