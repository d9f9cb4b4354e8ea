// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.conformance.engine.Check;
import org.ioregionfd.conformance.engine.Result;
import org.ioregionfd.conformance.engine.Watcher;

/** One line on stderr that says which check runs, where a person looks at a terminal; elsewhere nothing. Thread-safe. */
final class RunProgress implements Watcher, AutoCloseable {
    private static final String ERASE = "\r\u001B[K";

    /** Fits into the narrowest terminal that is usual, so that the line never wraps: only one line can be erased. */
    private static final int WIDTH_MAX = 79;

    private final PrintWriter to;
    private final int checks;
    private final boolean isSeen;
    private int ended;
    private int violations;
    private String line = "";

    private RunProgress(PrintWriter to, int checks, Audience audience) {
        this.to = to;
        this.checks = checks;
        this.isSeen = audience == Audience.TERMINAL;
    }

    /** Who reads stderr. */
    enum Audience {
        TERMINAL,
        PROGRAM
    }

    /** The line of a run of {@code checks}. */
    static RunProgress of(int checks, PrintWriter to, Audience audience) {
        return new RunProgress(to, checks, audience);
    }

    /** Whether stderr is a terminal. The JDK knows that of stdin and stdout only; where /proc is missing nothing is shown. */
    static Audience audience() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")
                    ? Audience.TERMINAL
                    : Audience.PROGRAM;
        } catch (IOException e) {
            return Audience.PROGRAM;
        }
    }

    @Override
    public synchronized void begins(Check check) {
        String found = violations == 0 ? "" : ", " + violations + " violated";
        String text = "[" + ended + "/" + checks + found + "] " + check.name();
        show(text.substring(0, Math.min(text.length(), WIDTH_MAX)));
    }

    @Override
    public synchronized void ends(Result result) {
        ended++;
        if (result.isViolation()) {
            violations++;
        }
    }

    /** Removes the line, so that something else can be printed. */
    synchronized void clear() {
        if (!line.isEmpty()) {
            show("");
        }
    }

    @Override
    public void close() {
        clear();
    }

    private void show(String text) {
        if (isSeen) {
            line = text;
            to.print(ERASE + text);
            to.flush();
        }
    }
}
