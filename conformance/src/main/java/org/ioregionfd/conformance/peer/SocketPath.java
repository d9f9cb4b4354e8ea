// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.ioregionfd.conformance.peer.Patience.Deadline;

/** A path at which a device should listen, looked at from outside. */
public record SocketPath(Path path) {
    /** How many bytes {@code sun_path} holds on Linux, without the zero at its end. */
    private static final int BYTES_MAX = 107;

    /** How long a device that already listens may take to accept. */
    private static final Duration ACCEPT_WITHIN = Duration.ofSeconds(2);

    /** How long a started process may take until it listens: a JVM on a busy machine takes seconds. */
    private static final Duration START_WITHIN = Duration.ofSeconds(20);

    /** Between two looks whether something is there. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private static final int TYPE_MASK = 0xf000;
    private static final int SOCKET_TYPE = 0xc000;
    private static final int REGULAR_TYPE = 0x8000;
    private static final int DIRECTORY_TYPE = 0x4000;

    /** Requires a path that fits into a socket's address. */
    public void requireShort() throws NotAttached {
        int length = ReachablePath.bytes(path);
        if (length > BYTES_MAX) {
            throw new NotAttached("a socket's path has at most " + BYTES_MAX + " bytes, and this has " + length);
        }
    }

    /** Requires something at the path. */
    public void requireSomething() throws NotAttached {
        try {
            Files.readAttributes(path, BasicFileAttributes.class);
        } catch (AccessDeniedException e) {
            throw new NotAttached("permission denied: a folder of the path may not be entered");
        } catch (IOException e) {
            Path folder = path.toAbsolutePath().getParent();
            throw new NotAttached(folder == null || Files.isDirectory(folder) ? "nothing is there" : "no such folder");
        }
    }

    /** Requires a socket at the path, which this process may write to. */
    public void requireSocket() throws NotAttached {
        try {
            int type = (int) Files.getAttribute(path, "unix:mode") & TYPE_MASK;
            if (type != SOCKET_TYPE) {
                throw new NotAttached(
                        switch (type) {
                            case REGULAR_TYPE -> "it is a file";
                            case DIRECTORY_TYPE -> "it is a directory";
                            default -> "it is something else";
                        });
            }
            if (!Files.isWritable(path)) {
                throw new NotAttached("permission denied: it is a socket that this user may not write to");
            }
        } catch (IOException e) {
            throw new NotAttached("it cannot be looked at: " + e.getMessage());
        }
    }

    /** Requires that a connection is accepted; between its bind and its listen a device refuses for a moment. */
    public void requireListener() throws NotAttached {
        Deadline deadline = Deadline.in(ACCEPT_WITHIN);
        Optional<String> refused = refusal(deadline);
        while (refused.isPresent() && !deadline.isOver()) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            refused = refusal(deadline);
        }
        if (refused.isPresent()) {
            throw new NotAttached(refused.get());
        }
    }

    /** Waits until {@code who}, whose process has just been started, listens. */
    public void awaitListener(String who, PeerProcess process) throws NotAttached {
        Deadline deadline = Deadline.in(START_WITHIN);
        while (!isListening()) {
            if (process.hasEndedWithin(LOOK_EVERY)) {
                throw new NotAttached(who + " did not listen: " + process.howItEnded());
            }
            if (deadline.isOver()) {
                throw new NotAttached(
                        who + " did not listen within " + START_WITHIN.toSeconds() + " s: " + process.howItEnded());
            }
        }
    }

    /** Whether a connection is accepted at once. */
    public boolean isListening() {
        return Files.exists(path) && refusal(Deadline.in(LOOK_EVERY)).isEmpty();
    }

    /** Why a connection failed. The file system tells it before the system's words do, which depend on the locale. */
    String whyNot(IOException failure) {
        try {
            requireSomething();
            requireSocket();
        } catch (NotAttached e) {
            return String.valueOf(e.getMessage());
        }
        return failure instanceof ConnectException ? "refused: nobody listens" : String.valueOf(failure.getMessage());
    }

    private Optional<String> refusal(Deadline deadline) {
        try {
            Link.connect(path, deadline).close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Waits until {@code process} has made something at the path.
     *
     * @throws NotAttached if the process ends before, or {@code within} is over
     */
    public void await(PeerProcess process, Duration within) throws NotAttached {
        Deadline deadline = Deadline.in(within);
        while (!Files.exists(path)) {
            if (process.hasEndedWithin(LOOK_EVERY)) {
                throw new NotAttached(process.howItEnded());
            }
            if (deadline.isOver()) {
                throw new NotAttached("nothing is there after " + within.toSeconds() + " s; " + process.howItEnded());
            }
        }
    }
}
