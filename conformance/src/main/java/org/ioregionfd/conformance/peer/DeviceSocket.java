// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the device side under test listens: a path that the user gave, or one that a process is started for, as often as it
 * takes. Confined to one thread.
 */
public final class DeviceSocket {
    /** How long a started process may take until it listens: a JVM on a busy machine takes seconds. */
    private static final Duration START_WITHIN = Duration.ofSeconds(20);

    /** How long a device that listens already may take to accept. */
    private static final Duration ACCEPT_WITHIN = Duration.ofSeconds(2);

    /** Between two looks whether a started process listens. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private final Scratch scratch;
    private final Optional<PeerStart> start;
    private Path path;
    private Optional<PeerProcess> process = Optional.empty();
    private Optional<String> obituary = Optional.empty();

    private DeviceSocket(Scratch scratch, Optional<PeerStart> start, Path path) {
        this.scratch = scratch;
        this.start = start;
        this.path = path;
    }

    /** A device that somebody else has started and that listens at {@code path}. */
    public static DeviceSocket at(Path path, Scratch scratch) {
        return new DeviceSocket(scratch, Optional.empty(), path);
    }

    /** A device that {@code start} starts. */
    public static DeviceSocket startedBy(PeerStart start, Scratch scratch) {
        return new DeviceSocket(scratch, Optional.of(start), scratch.socketPath());
    }

    /** Requires that the device accepts a connection; starts its process where the suite has to. */
    public void attach() throws NotAttached {
        ensureRunning();
        try {
            connect(Deadline.in(ACCEPT_WITHIN)).close();
        } catch (IOException e) {
            throw new NotAttached("no device listens at " + path + ": " + e.getMessage());
        }
    }

    /** Where it listens; another path each time that its process is started. */
    public Path path() {
        return path;
    }

    /** Starts the device's process where it does not run and the suite is the one to start it; true if it was started. */
    boolean ensureRunning() throws NotAttached {
        process.filter(running -> !running.isAlive()).ifPresent(this::bury);
        boolean isMissing = start.isPresent() && process.isEmpty();
        if (isMissing) {
            start(start.get());
        }
        return isMissing;
    }

    /** Whether there is a process that the suite has started, dead or alive. */
    boolean hasProcess() {
        return process.isPresent();
    }

    /** Takes note of the end of a process that answers no more, if it has ended or is about to. */
    void buryIfEnding() {
        process.filter(PeerProcess::isEnding).ifPresent(this::bury);
    }

    /** The same as {@link #obituary}, to be said again. */
    Optional<String> lastObituary() {
        return obituary;
    }

    /** How a process has ended that the suite has not told to; said once. */
    Optional<String> obituary() {
        Optional<String> said = obituary;
        obituary = Optional.empty();
        return said;
    }

    private void bury(PeerProcess dead) {
        obituary = Optional.of(dead.epitaph());
        discard();
    }

    /** Ends the device's process, so that the next check gets a new one. False where the suite did not start it, and cannot. */
    public boolean discard() {
        process.ifPresent(scratch::drop);
        process = Optional.empty();
        return start.isPresent();
    }

    /** A new connection; IOException where the device accepts none before the deadline. */
    Link connect(Deadline deadline) throws IOException {
        return Link.connect(path, deadline);
    }

    /** What is known of the device's process: for a report. Empty where the suite did not start it. */
    String epitaph() {
        return process.map(PeerProcess::epitaph).orElse("");
    }

    private void start(PeerStart program) throws NotAttached {
        path = scratch.socketPath();
        PeerProcess started;
        try {
            started = scratch.keep(new PeerProcess(program.at(path)).ignoringOutput());
        } catch (IOException e) {
            throw new NotAttached("the device could not be started: " + e.getMessage());
        }
        process = Optional.of(started);
        Deadline deadline = Deadline.in(START_WITHIN);
        while (!isListening()) {
            if (started.hasEndedWithin(LOOK_EVERY)) {
                throw new NotAttached("the device did not listen: " + started.epitaph());
            }
            if (deadline.isOver()) {
                throw new NotAttached(
                        "the device did not listen within " + START_WITHIN.toSeconds() + " s: " + started.epitaph());
            }
        }
    }

    private boolean isListening() {
        if (!Files.exists(path)) {
            return false;
        }
        try {
            connect(Deadline.in(LOOK_EVERY)).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
