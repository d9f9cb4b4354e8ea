// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * All processes that come from one start of a peer, known by a variable of their environment. The system forgets whose child a
 * process is once its parent has ended; the environment goes on to every child, whatever session or group that makes.
 *
 * @param mark the variable with its value, which no other start has
 */
record Kin(String mark) {
    private static final String VARIABLE = "IOREGIONFD_PEER_AT";

    private static final Path PROCESSES = Path.of("/proc");

    /** More than Linux gives a program for its environment with the usual limit of the stack. */
    private static final int ENVIRONMENT_MAX = 2 << 20;

    /** A process may start another one while it is being ended; one that always does is not pursued further. */
    private static final int ROUNDS_MAX = 16;

    /** Those of the peer at {@code socket}. */
    static Kin at(Path socket) {
        return new Kin(VARIABLE + '=' + UUID.nameUUIDFromBytes(socket.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Marks a process to be started with {@code environment}. */
    void mark(Map<String, String> environment) {
        environment.put(VARIABLE, mark.substring(VARIABLE.length() + 1));
    }

    /** Those that run. A process of another user is not seen. */
    List<ProcessHandle> running() {
        List<ProcessHandle> running = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : all) {
                if (isMarked(process.resolve("environ"))) {
                    ProcessHandle.of(Long.parseLong(String.valueOf(process.getFileName())))
                            .ifPresent(running::add);
                }
            }
        } catch (IOException e) {
            return running; // Without /proc there is nothing to see.
        }
        return running;
    }

    /** Ends those that run. */
    void end() {
        List<ProcessHandle> running = running();
        for (int round = 0; round < ROUNDS_MAX && !running.isEmpty(); round++) {
            running.forEach(ProcessHandle::destroyForcibly);
            running = running();
        }
    }

    private boolean isMarked(Path environment) {
        try (InputStream in = Files.newInputStream(environment)) {
            String variables = '\0' + new String(in.readNBytes(ENVIRONMENT_MAX), StandardCharsets.ISO_8859_1) + '\0';
            return variables.contains('\0' + mark + '\0');
        } catch (IOException e) {
            return false; // It has ended, or is another user's.
        }
    }
}
