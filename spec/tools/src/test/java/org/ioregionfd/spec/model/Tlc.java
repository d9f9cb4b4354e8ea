// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ioregionfd.spec.SpecFiles;
import tlc2.TLC;

/** The model checker, each run in a JVM of its own: it keeps its state in static fields and ends with System.exit. */
final class Tlc {
    /** Exit statuses of TLC. */
    static final int HOLDS = 0;

    static final int INVARIANT_REFUTED = 12;
    /** A property of steps or of whole runs. */
    static final int PROPERTY_REFUTED = 13;

    /** The folder of the model. */
    static final Path MODEL = SpecFiles.SPEC.resolve("model");

    /** Where runs leave their output, and graphs for a replay. */
    static final Path WORK = SpecFiles.SPEC.resolve("tools/target/model");

    private static final Pattern STATES =
            Pattern.compile("(?m)^(\\d+) states generated, (\\d+) distinct states found, 0 states left on queue\\.");

    /** How long a run may take: far longer than needed, so that a build on a busy machine does not fail. */
    enum Size {
        IN_EVERY_BUILD("1", "-Xmx1g", 10),
        IN_DEPTH("auto", "-Xmx3g", 60);

        private final String workers;
        private final String heap;
        private final int limitMinutes;

        Size(String workers, String heap, int limitMinutes) {
            this.workers = workers;
            this.heap = heap;
            this.limitMinutes = limitMinutes;
        }
    }

    /** One run: a root module and a configuration, both named relative to the folder of the model. */
    record Run(String module, String configuration, Size size) {}

    /** The result of a run. */
    record Outcome(int exitStatus, String output) {
        /** The distinct states of the whole graph; unknown if a run did not explore all of it. */
        long distinctStates() {
            Matcher matcher = STATES.matcher(output);
            if (!matcher.find()) {
                throw new AssertionError("the graph was not explored to its end:\n" + output);
            }
            return Long.parseLong(matcher.group(2));
        }
    }

    private Tlc() {}

    static Outcome check(Run run) {
        return check(run, Optional.empty());
    }

    /** Checks, and writes the state graph into the given file. */
    static Outcome checkAndDump(Run run, Path dot) {
        return check(run, Optional.of(dot));
    }

    private static Outcome check(Run run, Optional<Path> dot) {
        Path directory = WORK.resolve(run.configuration().replaceFirst("\\.cfg$", ""));
        Path output = directory.resolve("tlc.out");
        try {
            // TLC unpacks its standard modules into tmpdir: two runs must not share one.
            Files.createDirectories(directory.resolve("tmp"));
            Process process = new ProcessBuilder(command(run, directory, dot))
                    .directory(MODEL.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                boolean ended = process.waitFor(run.size().limitMinutes, TimeUnit.MINUTES);
                String text = Files.readString(output);
                if (!ended) {
                    throw new AssertionError(run + " has not ended in time:\n" + text);
                }
                return new Outcome(process.exitValue(), text);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + run + " was running", e);
        }
    }

    private static List<String> command(Run run, Path directory, Optional<Path> dot) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                run.size().heap,
                "-XX:+UseSerialGC"));
        if (run.size() == Size.IN_EVERY_BUILD) {
            // Most runs last about a second: the optimising compiler would take longer than they do.
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(List.of(
                "-Djava.io.tmpdir=" + directory.resolve("tmp"),
                "-cp",
                jar().toString(),
                "tlc2.TLC",
                "-workers",
                run.size().workers,
                "-cleanup",
                "-metadir",
                directory.resolve("states").toString()));
        dot.ifPresent(file -> command.addAll(List.of("-dump", "dot,actionlabels", file.toString())));
        command.addAll(List.of("-config", run.configuration(), run.module()));
        return command;
    }

    static Path jar() {
        try {
            return Path.of(TLC.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
