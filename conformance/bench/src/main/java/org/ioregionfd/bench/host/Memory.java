// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What a process occupies, as the kernel sees it from outside. */
public final class Memory {
    private static final String PSS = "Pss:";
    private static final long KIBI = 1024;

    private Memory() {}

    /** Bytes in memory that are this process's share, without what it shares with others; empty where that is not told. */
    public static OptionalLong of(long pid) {
        return in(Path.of("/proc", String.valueOf(pid), "smaps_rollup"));
    }

    static OptionalLong in(Path rollup) {
        try (Stream<String> lines = Files.lines(rollup)) {
            return lines.filter(line -> line.startsWith(PSS))
                    .map(line -> List.of(line.substring(PSS.length()).strip().split("\\s+", -1)))
                    .mapToLong(words -> Long.parseLong(words.get(0)) * KIBI)
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
