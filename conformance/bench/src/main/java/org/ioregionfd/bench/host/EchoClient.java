// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.client.Caller;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.Speech;
import org.ioregionfd.bench.figure.Distribution;

/**
 * The baseline's other end: in C it is a process for each time that it is told to run; where there is no compiler it is the suite's
 * own K. It sends commands and does not look at what comes back.
 */
public final class EchoClient implements Caller {
    private final List<String> program;
    private final Optional<Integer> cpu;
    private final Path path;
    private final Speech speech;

    EchoClient(List<String> program, Optional<Integer> cpu, Path path, Speech speech) {
        this.program = program;
        this.cpu = cpu;
        this.path = path;
        this.speech = speech;
    }

    @Override
    public Ran run(int depth, long millis) throws IOException {
        return program.isEmpty() ? runHere(depth, millis) : runProgram(depth, millis);
    }

    private Ran runHere(int depth, long millis) throws IOException {
        Histogram latency = Distribution.newHistogram();
        long nanos = millis * 1_000_000;
        try (FastChannel channel = FastChannel.connect(path, FastChannel.Waiting.ASLEEP)) {
            FastChannel.Pace pace =
                    depth == 1 ? channel.roundTrips(speech, nanos, latency) : channel.pipelined(speech, depth, nanos);
            return new Ran(pace.count(), pace.nanos(), latency);
        }
    }

    private Ran runProgram(int depth, long millis) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(
                "client",
                path.toString(),
                String.valueOf(depth),
                String.valueOf(millis),
                HexFormat.of().formatHex(speech.command())));
        Iterator<String> lines = Programs.outputOf(Placement.placed(command, cpu))
                .orElseThrow(() -> new IOException("the baseline's client ended early"))
                .lines()
                .iterator();
        long[] first = pair(lines.next());
        Histogram latency = Distribution.newHistogram();
        while (lines.hasNext()) {
            long[] pair = pair(lines.next());
            latency.recordValueWithCount(pair[0], pair[1]);
        }
        return new Ran(first[0], first[1], latency);
    }

    private static long[] pair(String line) {
        int space = line.indexOf(' ');
        return new long[] {Long.parseLong(line.substring(0, space)), Long.parseLong(line.substring(space + 1))};
    }
}
