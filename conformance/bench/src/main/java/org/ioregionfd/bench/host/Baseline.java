// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ioregionfd.bench.client.Speech;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.RunResources;

/**
 * Who gives back the same bytes: a program in C, compiled for this run, or where there is no compiler one in Java. Its
 * processes run on the peer's processor and sleep while they have no connection.
 */
public final class Baseline {
    private static final List<String> COMPILERS = List.of("gcc", "cc", "clang");
    private static final String SOURCE = "/bench/echo.c";

    private final RunResources resources;
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

    private Baseline(RunResources resources, List<String> program, String name, Optional<Integer> cpu) {
        this.resources = resources;
        this.program = program;
        this.name = name;
        this.cpu = cpu;
    }

    /** The best that this machine can have, run on {@code cpu}. */
    public static Baseline best(RunResources resources, Optional<Integer> cpu) throws IOException {
        for (String compiler : COMPILERS) {
            Optional<Path> program = compiled(compiler, resources);
            if (program.isPresent()) {
                return new Baseline(
                        resources, List.of(program.get().toString()), "C echo (" + versionOf(compiler) + " -O2)", cpu);
            }
        }
        return inJava(resources, cpu);
    }

    /** The one in Java. */
    public static Baseline inJava(RunResources resources, Optional<Integer> cpu) {
        return new Baseline(
                resources,
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
        Path path = resources.socketPath();
        List<String> command = new ArrayList<>(program);
        command.add(manner.name().toLowerCase(Locale.ROOT));
        command.add(path.toString());
        return Listener.started("the baseline", command, path, cpu, resources);
    }

    /** The other end, which sends the commands of {@code speech} to who listens at {@code path}. */
    public EchoClient client(Path path, Speech speech, Optional<Integer> where) {
        return new EchoClient(isInC() ? program : List.of(), where, path, speech);
    }

    /** What the other end is, for a report. */
    public String clientName() {
        return isInC() ? name.replace("echo", "client") : "the suite's own K";
    }

    private boolean isInC() {
        return program.size() == 1;
    }

    private static Optional<Path> compiled(String compiler, RunResources resources) throws IOException {
        Path source = resources.socketPath().resolveSibling("echo.c");
        Path program = source.resolveSibling("echo-" + compiler);
        try (InputStream text = Optional.ofNullable(Baseline.class.getResourceAsStream(SOURCE))
                .orElseThrow(() -> new IOException("no " + SOURCE + " in the program"))) {
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Optional<String> output =
                Programs.outputOf(List.of(compiler, "-std=c11", "-O2", "-o", program.toString(), source.toString()));
        return output.isPresent() ? Optional.of(program) : Optional.empty();
    }

    private static String versionOf(String compiler) throws IOException {
        return Programs.outputOf(List.of(compiler, "-dumpversion"))
                .map(version -> compiler + " " + version.strip())
                .orElse(compiler);
    }
}
