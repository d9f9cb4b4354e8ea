// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which processor each end runs on. Two ends that sleep share one: a wake-up on another processor costs ten to a hundred times
 * the exchange that is to be measured, and where the scheduler puts them differs from run to run. Two ends that poll need one each.
 *
 * @param suite the processor of the suite's end, or empty where nobody is placed
 * @param peer the processor of the other end, or empty
 */
public record Placement(Optional<Integer> suite, Optional<Integer> peer) {
    /** Nobody is placed: there is no taskset, or too few processors. */
    public static final Placement NONE = new Placement(Optional.empty(), Optional.empty());

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";
    private static final String TASKSET = "taskset";

    /** Both on {@code cpu}. */
    public static Placement together(int cpu) {
        return new Placement(Optional.of(cpu), Optional.of(cpu));
    }

    /** One on each. */
    public static Placement apart(int suite, int peer) {
        return new Placement(Optional.of(suite), Optional.of(peer));
    }

    /** The processors that this process may run on, lowest first; empty where the system does not tell. */
    public static List<Integer> allowed() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(ALLOWED))
                    .findFirst()
                    .map(line -> cpusOf(line.substring(ALLOWED.length()).strip()))
                    .orElse(List.of());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The numbers in a list such as {@code 0-2,5}. NumberFormatException where it is none. */
    static List<Integer> cpusOf(String list) {
        List<Integer> cpus = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", 2);
            IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .forEach(cpus::add);
        }
        return cpus;
    }

    /** Whether the program that places processes is there. */
    public static boolean isPossible() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, TASKSET)));
    }

    /** {@code command} on {@code cpu}, or as it is where that is empty. */
    public static List<String> placed(List<String> command, Optional<Integer> cpu) {
        List<String> words = new ArrayList<>();
        cpu.ifPresent(number -> words.addAll(List.of(TASKSET, "-c", String.valueOf(number))));
        words.addAll(command);
        return words;
    }

    /** In a few words, for a report. */
    public String inWords() {
        if (suite.isEmpty() || peer.isEmpty()) {
            return "nobody is pinned to a processor";
        }
        return suite.equals(peer)
                ? "both ends on processor " + suite.get()
                : "the suite on processor %d, the other end on processor %d".formatted(suite.get(), peer.get());
    }
}
