// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** One line of progress for a person at a terminal; elsewhere nothing. */
public final class ProgressLine implements AutoCloseable {
    private static final Path STDERR = Path.of("/proc/self/fd/2");
    private static final String ERASE = "\r\u001B[K";

    private final PrintWriter to;
    private final boolean isSeen;

    private ProgressLine(PrintWriter to, boolean isSeen) {
        this.to = to;
        this.isSeen = isSeen;
    }

    /** On standard error, to which {@code to} writes. */
    public static ProgressLine on(PrintWriter to) {
        return new ProgressLine(to, isTerminal());
    }

    /** Only the system knows whether standard error is a terminal: Java tells that only for input and output together. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(STDERR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    /** Replaces the shown line; by nothing, so that something else can be printed. */
    public void show(String what) {
        if (isSeen) {
            to.print(ERASE + what);
            to.flush();
        }
    }

    @Override
    public void close() {
        show("");
    }
}
