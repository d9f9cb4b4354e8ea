// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import org.ioregionfd.conformance.bench.measure.Progress;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Watcher;

/** Says which check runs, how many have run, and how many of them found a violation. Thread-safe. */
final class RunProgress implements Watcher, AutoCloseable {
    /** Fits into the narrowest terminal that is usual, so that the line never wraps: only one line can be erased. */
    private static final int WIDTH_MAX = 79;

    private final int checks;
    private final Progress line;
    private int ended;
    private int violations;

    /** The progress of a run of {@code checks}, shown on {@code line}. */
    RunProgress(int checks, Progress line) {
        this.checks = checks;
        this.line = line;
    }

    @Override
    public synchronized void begins(Check check) {
        String found = violations == 0 ? "" : ", " + violations + " violated";
        String text = "[" + ended + "/" + checks + found + "] " + check.name();
        line.show(text.substring(0, Math.min(text.length(), WIDTH_MAX)));
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
        line.show("");
    }

    @Override
    public void close() {
        clear();
    }
}
