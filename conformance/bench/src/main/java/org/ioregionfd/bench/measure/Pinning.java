// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ioregionfd.bench.measure.FastChannel.Waiting;

/**
 * The processor of each end. Two sleeping ends share one: a wake-up on another processor costs ten to a hundred times the
 * measured exchange, and the scheduler would place them differently in each run. Two polling ends need one each.
 *
 * @param suite the processor of the suite's end; empty if there is no taskset, or too few processors
 * @param peer the processor of the other end, or empty
 */
public record Pinning(Optional<Integer> suite, Optional<Integer> peer) {
    static final Pinning NONE = new Pinning(Optional.empty(), Optional.empty());

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String TASKSET = "taskset";

    /** The choice for ends that wait like this: the highest processors, because the lowest has the most interrupts. */
    public static Pinning of(Waiting waiting) {
        List<Integer> allowed = isPossible() ? allowed() : List.of();
        int last = allowed.size() - 1;
        return switch (waiting) {
            case ASLEEP -> last < 0 ? NONE : of(allowed.get(last), allowed.get(last));
            case POLLING -> last < 1 ? NONE : of(allowed.get(last), allowed.get(last - 1));
        };
    }

    static Pinning of(int suite, int peer) {
        return new Pinning(Optional.of(suite), Optional.of(peer));
    }

    /** As {@link #toString} has written it. */
    public static Pinning parse(String text) {
        List<Optional<Integer>> cpus = Stream.of(text.split(",", -1))
                .map(cpu -> cpu.equals("-") ? Optional.<Integer>empty() : Optional.of(Integer.valueOf(cpu)))
                .toList();
        return new Pinning(cpus.get(0), cpus.get(1));
    }

    /** The processors on which this process may run, lowest first; empty if the system does not tell. */
    static List<Integer> allowed() {
        return ProcFile.values(STATUS, "Cpus_allowed_list").stream()
                .findFirst()
                .map(Pinning::cpusOf)
                .orElse(List.of());
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

    private static boolean isPossible() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, TASKSET)));
    }

    /** {@code command} on {@code cpu}, or unchanged if that is empty. */
    public static List<String> pinned(List<String> command, Optional<Integer> cpu) {
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

    /** Both numbers, or a hyphen for each that is missing. */
    @Override
    public String toString() {
        return suite.map(String::valueOf).orElse("-") + ","
                + peer.map(String::valueOf).orElse("-");
    }
}
