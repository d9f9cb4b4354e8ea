// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Commands that end by themselves, such as a compiler. */
final class Commands {
    /** A compiler takes a fraction of a second for a page of C; nothing else takes longer. */
    private static final long SECONDS_MAX = 30;

    private Commands() {}

    /** What a command prints, or empty where there is no such program or it fails. */
    static Optional<String> outputOf(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return Optional.empty(); // No such program.
        }
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            boolean isDone = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
            return isDone ? Optional.of(text) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }
}
