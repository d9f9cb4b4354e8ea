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

    /** Ends the program as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Stops the program where it stands; nothing but {@link #kill} can follow. */
    void stop() throws IOException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .onExit()
                .join();
    }

    /** How many sockets the program has open. */
    long sockets() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return open.filter(Listening::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            // it was closed meanwhile
            return false;
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
