// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A process that the suite has started. The end of its output is kept, and all that it has started ends with it, also what has
 * left its session.
 */
public final class PeerProcess implements AutoCloseable {
    /** Enough for the end of a stack trace; more output of a peer takes no more memory. */
    private static final int LAST_WORDS_MAX = 2048;

    /** How long a process may take to end by itself before it is killed. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /** What a user is told whose peer goes into the background. */
    static final String FOREGROUND = "a peer has to stay in the foreground, so that the suite can end it";

    /** The kernel takes a moment between the close of a process's files and its end. */
    private static final Duration ENDING = Duration.ofMillis(100);

    /** Longer on a busy machine, for the one look on which the verdict depends. */
    private static final Duration EARLY_ENDING = Duration.ofMillis(500);

    /** Longer than a program takes that ends by itself as soon as it has started. */
    private static final Duration STAYS = Duration.ofMillis(200);

    /** Java gives the exit code of a shell: this and the number of the signal that has ended the process. */
    private static final int BY_SIGNAL = 128;

    /** The signals that end a program that is at fault, and those that others send, as Linux numbers them. */
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(15, "SIGTERM"),
            Map.entry(31, "SIGSYS"));

    /** A process that has looked dead so often, and has lived on, is not waited for again: it refuses, and does not end. */
    private static final int LOOKS_MAX = 10;

    private final Process process;
    private final Kin kin;
    private final Tail stderr = new Tail();
    private final AtomicInteger looks = new AtomicInteger();

    private final Thread stderrReader;

    private PeerProcess(Process process, Kin kin) {
        this.process = process;
        this.kin = kin;
        this.stderrReader = drain(process.getErrorStream(), stderr);
    }

    /**
     * Starts a peer at {@code socket}.
     *
     * @throws IOException if there is no such program
     */
    public static PeerProcess started(PeerStart start, Path socket) throws IOException {
        return new PeerProcess(start.at(socket), Kin.at(socket));
    }

    /** Reads and drops what the process writes to stdout, so that it never blocks there. */
    public PeerProcess ignoringOutput() {
        drain(process.getInputStream(), new Tail());
        return this;
    }

    /** What the process writes to stdout. */
    public InputStream output() {
        return process.getInputStream();
    }

    /** What the process reads from stdin. */
    public OutputStream input() {
        return process.getOutputStream();
    }

    /** Whether the process runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The process and what it has started, as the system knows them. */
    public Stream<ProcessHandle> handles() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** The number by which the system knows the process. */
    public long pid() {
        return process.pid();
    }

    /** The exit code of a process that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Waits until the process has ended, but no longer than {@code wait}; true if it has. */
    public boolean hasEndedWithin(Duration wait) {
        try {
            return process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /** Whether the process has ended, or does so by itself at once: it may have closed its channels a moment before. */
    boolean isEnding() {
        return looks.getAndIncrement() < LOOKS_MAX ? hasEndedWithin(ENDING) : !isAlive();
    }

    /** The same behind the first handshake, which it has broken off. */
    boolean isEndingEarly() {
        return hasEndedWithin(EARLY_ENDING);
    }

    /** Whether the process, which has just been started, ends by itself. */
    public boolean isLeaving() {
        return hasEndedWithin(STAYS);
    }

    /** What a user is told whose process has ended as if all were well, while others that it has started go on; else empty. */
    public Optional<String> leftForeground() {
        return !process.isAlive() && process.exitValue() == 0 && !kin.running().isEmpty()
                ? Optional.of("it ended with exit code 0, and what it has started goes on: " + FOREGROUND)
                : Optional.empty();
    }

    /**
     * How the process ended, and its last output on stderr, on one line. Waits a little for a process that is about to end.
     */
    public String howItEnded() {
        String end = hasEndedWithin(ENDING) ? leftForeground().orElseGet(this::exit) : "it still runs";
        try {
            stderrReader.join(process.isAlive() ? 1 : ENDING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String words = stderr.text().strip().replaceAll("\\s*\\R\\s*", " | ");
        return words.isEmpty() ? end : end + "; last on stderr: " + words;
    }

    private String exit() {
        int code = process.exitValue();
        String signal = SIGNALS.get(code - BY_SIGNAL);
        return "it ended with exit code " + code
                + (signal == null ? "" : ", as by signal " + (code - BY_SIGNAL) + " (" + signal + ")");
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!hasEndedWithin(GRACE)) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        kin.end();
    }

    private static Thread drain(InputStream from, Tail into) {
        Thread thread = new Thread(
                () -> {
                    byte[] chunk = new byte[LAST_WORDS_MAX];
                    try (from) {
                        for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
                            into.add(chunk, count);
                        }
                    } catch (IOException e) {
                        into.add(new byte[0], 0); // The process is gone; its output is kept.
                    }
                },
                "peer-output");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The last bytes of a stream. */
    private static final class Tail {
        private byte[] last = new byte[0];

        synchronized void add(byte[] chunk, int count) {
            int kept = Math.min(last.length, LAST_WORDS_MAX - Math.min(count, LAST_WORDS_MAX));
            byte[] next = new byte[kept + count];
            System.arraycopy(last, last.length - kept, next, 0, kept);
            System.arraycopy(chunk, 0, next, kept, count);
            last = next;
        }

        synchronized String text() {
            return new String(last, StandardCharsets.UTF_8);
        }
    }

    /** Starts the process of a peer under test, as often as necessary. */
    @FunctionalInterface
    public interface PeerStart {
        /** A new process that listens at {@code socket}, or connects to it. IOException: there is no such program. */
        Process at(Path socket) throws IOException;
    }
}
