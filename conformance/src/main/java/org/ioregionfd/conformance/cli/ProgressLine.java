// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a program does now: at a terminal one line that is replaced each time, elsewhere a line every few seconds, without any
 * control character, so that the reader of a log sees that the program goes on. Thread-safe.
 */
public final class ProgressLine implements AutoCloseable {
    /** Seldom enough for a log, and sooner than anybody takes the program for one that hangs. */
    private static final Duration EVERY = Duration.ofSeconds(10);

    /** Fits into the narrowest usual terminal, so that the line never wraps, because only one line can be erased. */
    private static final int WIDTH_MAX = 79;

    private static final String ERASE = "\r\u001B[K";

    private final PrintWriter to;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "progress");
        thread.setDaemon(true);
        return thread;
    });
    private final boolean isReplaced;
    private String now = "";

    private ProgressLine(PrintWriter to, boolean isReplaced) {
        this.to = to;
        this.isReplaced = isReplaced;
    }

    /** On standard error, to which {@code to} writes. */
    public static ProgressLine on(PrintWriter to) {
        return Screen.ERR.isTerminal() ? replaced(to) : every(EVERY, to);
    }

    /** One line, wherever {@code to} writes. */
    static ProgressLine replaced(PrintWriter to) {
        return new ProgressLine(to, true);
    }

    /** The same, but only at a terminal, for a program that nothing may disturb at a time of its own. */
    public static ProgressLine onTerminal(PrintWriter to) {
        return new ProgressLine(to, Screen.ERR.isTerminal());
    }

    /** A line in so many seconds, wherever {@code to} writes. */
    @SuppressWarnings("FutureReturnValueIgnored") // it is repeated until the clock is stopped
    static ProgressLine every(Duration time, PrintWriter to) {
        ProgressLine lines = new ProgressLine(to, false);
        lines.clock.scheduleWithFixedDelay(lines::tell, time.toMillis(), time.toMillis(), TimeUnit.MILLISECONDS);
        return lines;
    }

    private synchronized void tell() {
        if (!now.isEmpty()) {
            to.println(now);
            to.flush();
        }
    }

    /** Replaces the shown line; by nothing, so that something else can be printed. */
    public synchronized void show(String what) {
        now = what;
        if (isReplaced) {
            to.print(ERASE + what.substring(0, Math.min(what.length(), WIDTH_MAX)));
            to.flush();
        }
    }

    @Override
    public void close() {
        show("");
        clock.shutdownNow();
    }
}
