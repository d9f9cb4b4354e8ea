// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Files of the kernel with a name, a colon and a value on each line. */
final class ProcFile {
    private static final long KIBI = 1024;

    private ProcFile() {}

    /** The values of all lines whose name is {@code name}; none if there is no such file. */
    static List<String> values(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.split(":", 2))
                    .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
                    .map(parts -> parts[1].strip())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The bytes in memory that are a process's share, without what it shares with others, by its {@code smaps_rollup}. */
    static OptionalLong memory(Path rollup) {
        return values(rollup, "Pss").stream()
                .mapToLong(value -> Long.parseLong(value.replace(" kB", "")) * KIBI)
                .findFirst();
    }
}
