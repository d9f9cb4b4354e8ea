// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Subject;

/** The distributions of a run as files that the tools for HdrHistogram read; values are microseconds. */
public final class HgrmFiles {
    private static final double NANOS_PER_MICRO = 1000;

    private HgrmFiles() {}

    /** Writes a file for each, {@code SUBJECT-DISTRIBUTION.hgrm}; makes the directory if there is none. */
    public static void write(BenchRun run, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Subject subject : run.subjects()) {
            for (Distribution distribution : subject.distributions()) {
                Path file = directory.resolve(subject.id() + "-" + distribution.id() + ".hgrm");
                try (PrintStream to = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
                    distribution.nanos().outputPercentileDistribution(to, NANOS_PER_MICRO);
                    if (to.checkError()) {
                        throw new IOException("could not write " + file);
                    }
                }
            }
        }
    }
}
