// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.measure.FastChannel.Waiting;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.RunResources;

/**
 * The baseline, which sends back the same bytes: a program in C, compiled for this run, or one in Java if there is no
 * compiler. Its processes run on the peer's processor and sleep while they have no connection.
 *
 * @param resources ends with the run, and ends the processes
 * @param program what starts it
 * @param name its name in a report
 * @param cpu the peer's processor
 */
public record EchoProgram(RunResources resources, List<String> program, String name, Optional<Integer> cpu) {
    private static final List<String> COMPILERS = List.of("gcc", "cc", "clang");
    private static final String SOURCE = "/bench/echo.c";

    /** The best that this machine can have, run on {@code cpu}. */
    public static EchoProgram best(RunResources resources, Optional<Integer> cpu) throws IOException {
        for (String compiler : COMPILERS) {
            Optional<Path> program = compiled(compiler, resources);
            if (program.isPresent()) {
                String name = "C echo (" + versionOf(compiler) + " -O2)";
                return new EchoProgram(resources, List.of(program.get().toString()), name, cpu);
            }
        }
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                JavaEcho.class.getName());
        return new EchoProgram(resources, java, "Java echo (no C compiler was found)", cpu);
    }

    /** Starts processes that wait as the peer does, and says where they listen until the run ends. */
    public Baselines<Path> start(Waiting waiting) throws NotAttached {
        if (waiting == Waiting.POLLING) {
            Path spinning = start("spin");
            return new Baselines<>(name + ", polling", spinning, spinning);
        }
        return new Baselines<>(name, start("one"), start("many"));
    }

    /** Gives back 32 bytes at a time for {@code one}, all that is there for {@code many}, and never sleeps for {@code spin}. */
    private Path start(String mode) throws NotAttached {
        Path path = resources.socketPath();
        List<String> words = new ArrayList<>(program);
        words.add(mode);
        words.add(path.toString());
        return Listener.started("the baseline", words, path, cpu, resources).path();
    }

    /** The other end, which sends {@code command} from the processor {@code where} to the listener at {@code path}. */
    public LoadGenerator client(Path path, CommandTemplate command, Optional<Integer> where) {
        return new Client(isInC() ? program : List.of(), where, path, command);
    }

    /** What the other end is, for a report. */
    public String clientName() {
        return isInC() ? name.replace("echo", "client") : "the suite's own K";
    }

    private boolean isInC() {
        return program.size() == 1;
    }

    private static Optional<Path> compiled(String compiler, RunResources resources) throws IOException {
        Path source = resources.file("echo.c");
        Path program = resources.file("echo-" + compiler);
        try (InputStream text = Optional.ofNullable(EchoProgram.class.getResourceAsStream(SOURCE))
                .orElseThrow(() -> new IOException("no " + SOURCE + " in the program"))) {
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        return Commands.outputOf(List.of(compiler, "-std=c11", "-O2", "-o", program.toString(), source.toString()))
                .map(output -> program);
    }

    private static String versionOf(String compiler) throws IOException {
        return Commands.outputOf(List.of(compiler, "-dumpversion"))
                .map(version -> compiler + " " + version.strip())
                .orElse(compiler);
    }

    /**
     * The baseline's other end. In C it is a process for each run; without a compiler it is the suite's own K. It sends commands and
     * does not look at the answers.
     *
     * @param program the one in C, or nothing
     * @param cpu where it runs
     * @param path of the listener
     */
    private record Client(List<String> program, Optional<Integer> cpu, Path path, CommandTemplate command)
            implements LoadGenerator {
        @Override
        public Load run(int depth, long nanos) throws IOException {
            if (program.isEmpty()) {
                try (FastChannel channel = FastChannel.connect(path, FastChannel.Waiting.ASLEEP)) {
                    return Target.run(channel, command, depth, nanos);
                }
            }
            List<String> words = new ArrayList<>(program);
            words.addAll(List.of("client", path.toString(), String.valueOf(depth)));
            words.add(String.valueOf(LoadGenerator.millis(nanos)));
            words.add(HexFormat.of().formatHex(command.command()));
            Iterator<String> lines = Commands.outputOf(Pinning.pinned(words, cpu))
                    .orElseThrow(() -> new IOException("the baseline's client ended early"))
                    .lines()
                    .iterator();
            long[] first = pair(lines.next());
            Histogram latency = Distribution.newHistogram();
            while (lines.hasNext()) {
                long[] pair = pair(lines.next());
                latency.recordValueWithCount(pair[0], pair[1]);
            }
            return new Load(FastChannel.perSecond(first[0], first[1]), latency);
        }

        private static long[] pair(String line) {
            int space = line.indexOf(' ');
            return new long[] {Long.parseLong(line.substring(0, space)), Long.parseLong(line.substring(space + 1))};
        }
    }
}
