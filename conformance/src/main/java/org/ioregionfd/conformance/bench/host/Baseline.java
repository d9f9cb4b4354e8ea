// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.bench.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Scratch;

/**
 * Who gives back the same bytes: a program in C, compiled for this run, or where there is no compiler one in Java. Its
 * processes run on the peer's processor and sleep while they have no connection.
 */
public final class Baseline {
    private static final List<String> COMPILERS = List.of("gcc", "cc", "clang");
    private static final String SOURCE = "/bench/echo.c";

    /** A compiler takes a fraction of a second for a page of C. */
    private static final long COMPILE_SECONDS_MAX = 30;

    private final Scratch scratch;
    private final List<String> program;
    private final String name;
    private final Optional<Integer> cpu;

    /** How it gives back what it reads. */
    public enum Manner {
        /** 32 bytes at a time, asleep in between. */
        ONE,
        /** All that is there at a time, asleep in between. */
        MANY,
        /** All that is there at a time, never asleep. */
        SPIN
    }

    private Baseline(Scratch scratch, List<String> program, String name, Optional<Integer> cpu) {
        this.scratch = scratch;
        this.program = program;
        this.name = name;
        this.cpu = cpu;
    }

    /** The best that this machine can have, run on {@code cpu}. */
    public static Baseline best(Scratch scratch, Optional<Integer> cpu) throws IOException {
        for (String compiler : COMPILERS) {
            Optional<Path> program = compiled(compiler, scratch);
            if (program.isPresent()) {
                return new Baseline(
                        scratch, List.of(program.get().toString()), "C echo (" + versionOf(compiler) + " -O2)", cpu);
            }
        }
        return inJava(scratch, cpu);
    }

    /** The one in Java. */
    public static Baseline inJava(Scratch scratch, Optional<Integer> cpu) {
        return new Baseline(
                scratch,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JavaEcho.class.getName()),
                "Java echo (no C compiler was found)",
                cpu);
    }

    /** What it is, for a report. */
    public String name() {
        return name;
    }

    /** Starts one that works in this manner, until the run ends. */
    public Listener start(Manner manner) throws NotAttached {
        Path path = scratch.socketPath();
        List<String> command = new ArrayList<>(program);
        command.add(manner.name().toLowerCase(Locale.ROOT));
        command.add(path.toString());
        return Listener.started("the baseline", command, path, cpu, scratch);
    }

    private static Optional<Path> compiled(String compiler, Scratch scratch) throws IOException {
        Path source = scratch.socketPath().resolveSibling("echo.c");
        Path program = source.resolveSibling("echo-" + compiler);
        try (InputStream text = Optional.ofNullable(Baseline.class.getResourceAsStream(SOURCE))
                .orElseThrow(() -> new IOException("no " + SOURCE + " in the program"))) {
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Optional<String> output =
                outputOf(List.of(compiler, "-std=c11", "-O2", "-o", program.toString(), source.toString()));
        return output.isPresent() ? Optional.of(program) : Optional.empty();
    }

    private static String versionOf(String compiler) throws IOException {
        return outputOf(List.of(compiler, "-dumpversion"))
                .map(version -> compiler + " " + version.strip())
                .orElse(compiler);
    }

    /** What a command prints, or empty where there is no such program or it fails. */
    private static Optional<String> outputOf(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return Optional.empty(); // No such program.
        }
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            boolean isDone = process.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
            return isDone ? Optional.of(text) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }
}
