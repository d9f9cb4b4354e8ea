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
import org.ioregionfd.bench.client.CommandTemplate;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.LoadGenerator;
import org.ioregionfd.bench.client.Target;
import org.ioregionfd.bench.figure.Distribution;

/**
 * The baseline's other end: in C it is a process for each time that it is told to run; where there is no compiler it is the suite's
 * own K. It sends commands and does not look at what comes back.
 *
 * @param program the one in C, or nothing
 * @param cpu where it runs
 * @param path of who listens
 */
record EchoClient(List<String> program, Optional<Integer> cpu, Path path, CommandTemplate command)
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
