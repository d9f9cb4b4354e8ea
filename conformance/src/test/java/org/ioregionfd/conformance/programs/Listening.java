// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that serves a Unix socket; started when it has said so, ended by close. */
final class Listening implements AutoCloseable {
    private static final int END_SECONDS = 10;

    private final Process process;
    private final Path socket;

    /** Starts {@code command}, which names {@code socket}, and waits for its line "listening PATH". */
    Listening(Path socket, List<String> command) throws IOException {
        this.socket = socket;
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!("listening " + socket).equals(line)) {
            process.destroyForcibly();
            throw new AssertionError("not listening but: " + line);
        }
    }

    String path() {
        return socket.toString();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end on SIGTERM");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
