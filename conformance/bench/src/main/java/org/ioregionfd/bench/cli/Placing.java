// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.bench.client.FastChannel.Waiting;
import org.ioregionfd.bench.host.Placement;
import org.ioregionfd.conformance.cli.ConformanceMain;
import org.ioregionfd.conformance.cli.ExitCode;
import org.ioregionfd.conformance.cli.Program;

/**
 * Starts the program a second time where it can measure: on a processor of its choice, by a JVM that compiles as well as it can
 * and collects garbage on no other thread. The first one only waits.
 */
final class Placing {
    /** Set in the second program: the suite's processor and the peer's, or nothing where nobody could be placed. */
    private static final String PLACED = "conformance.bench.placed";

    private Placing() {}

    /** Where this program was placed; empty in the first one. */
    static Optional<Placement> done() {
        return Optional.ofNullable(System.getProperty(PLACED)).map(Placing::parse);
    }

    /** Runs the program again with {@code arguments} and gives its exit code. */
    static int again(Waiting waiting, List<String> arguments) throws IOException {
        Placement placement = choose(waiting);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-D" + PLACED + "=" + written(placement),
                "-Dconformance.program=" + Program.again(),
                "-cp",
                System.getProperty("java.class.path"),
                ConformanceMain.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(Placement.placed(command, placement.suite()))
                .inheritIO()
                .start();
        Thread end = new Thread(process::destroy, "bench-end");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            return ExitCode.SUITE_FAULT.number();
        }
    }

    /** The highest processors: the lowest has the most interrupts. */
    static Placement choose(Waiting waiting) {
        List<Integer> allowed = Placement.isPossible() ? Placement.allowed() : List.of();
        int last = allowed.size() - 1;
        return switch (waiting) {
            case ASLEEP -> last < 0 ? Placement.NONE : Placement.together(allowed.get(last));
            case POLLING -> last < 1 ? Placement.NONE : Placement.apart(allowed.get(last), allowed.get(last - 1));
        };
    }

    private static String written(Placement placement) {
        return Stream.of(placement.suite(), placement.peer())
                .map(cpu -> cpu.map(String::valueOf).orElse("-"))
                .reduce((suite, peer) -> suite + "," + peer)
                .orElseThrow();
    }

    private static Placement parse(String text) {
        List<Optional<Integer>> cpus = Stream.of(text.split(",", -1))
                .map(cpu -> cpu.equals("-") ? Optional.<Integer>empty() : Optional.of(Integer.valueOf(cpu)))
                .toList();
        return new Placement(cpus.get(0), cpus.get(1));
    }
}
