// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.PrintWriter;
import org.ioregionfd.conformance.bench.measure.Progress;

/** One line that says what is being done, where a person looks at a terminal; elsewhere nothing. */
final class ProgressLine implements Progress, AutoCloseable {
    private static final String ERASE = "\r\u001B[K";

    private final PrintWriter to;
    private final boolean isSeen;

    private ProgressLine(PrintWriter to, boolean isSeen) {
        this.to = to;
        this.isSeen = isSeen;
    }

    static ProgressLine on(PrintWriter to) {
        return new ProgressLine(to, System.console() != null);
    }

    @Override
    public void show(String what) {
        print(ERASE + what);
    }

    /** Removes what is shown, so that something else can be printed. */
    void clear() {
        print(ERASE);
    }

    @Override
    public void close() {
        clear();
    }

    private void print(String text) {
        if (isSeen) {
            to.print(text);
            to.flush();
        }
    }
}
