// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that serves a Unix socket. It is ready when its line has come, and close ends it. */
final class Listening implements AutoCloseable {
    private static final int END_SECONDS = 10;

    private final Process process;
    private final Path socket;

    /** Starts {@code command}, which names {@code socket}, and waits for its line "listening PATH". */
    Listening(Path socket, List<String> command) throws IOException {
        this("listening " + socket, socket, command);
    }

    /** The same for a program with another line. */
    Listening(String announcement, Path socket, List<String> command) throws IOException {
        this.socket = socket;
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!announcement.equals(line)) {
            process.destroyForcibly();
            throw new AssertionError("not listening but: " + line);
        }
    }

    String path() {
        return socket.toString();
    }

    /** Ends the program as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Stops the program at once; only {@link #kill} or {@link #goOn} can follow. */
    void stop() throws IOException {
        signal("-STOP");
    }

    /** Ends what {@link #stop} began. */
    void goOn() throws IOException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .onExit()
                .join();
    }

    /** How many connections the program has that were made to its path, also where the other end is gone. */
    long channels() throws IOException {
        try (Stream<String> sockets = Files.lines(Path.of("/proc/" + process.pid() + "/net/unix"))) {
            // the socket that listens has the path as well
            return sockets.filter(line -> line.endsWith(" " + socket)).count() - 1;
        }
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
