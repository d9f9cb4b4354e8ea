// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.util.Locale;
import java.util.function.Consumer;
import org.ioregionfd.conformance.report.RunReport;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.Trials.Watcher;

/** Says which check runs, how many have run, and what each that found a violation has found. Thread-safe. */
final class RunProgress implements Watcher, AutoCloseable {
    /** What a failure in progress is told in: the report has all of it. */
    private static final int FALL_MAX = 300;

    private final RunSettings settings;
    private final int checks;
    private final Consumer<String> line;
    private final Consumer<String> falls;
    private int ended;
    private int violations;

    /** The progress of a run of {@code checks}, shown on {@code line}; what fails is told to {@code falls} at once. */
    RunProgress(RunSettings settings, int checks, Consumer<String> line, Consumer<String> falls) {
        this.settings = settings;
        this.checks = checks;
        this.line = line;
        this.falls = falls;
        show("the first handshake");
    }

    @Override
    public synchronized void begins(Check check) {
        show(check.name());
    }

    private void show(String what) {
        String found = violations == 0 ? "" : ", " + violations + " violated";
        line.accept("[" + ended + "/" + checks + found + "] " + what);
    }

    @Override
    public synchronized void ends(Result result) {
        ended++;
        if (result.isViolation()) {
            violations++;
            if (!settings.known().lists(result.check())) {
                result.finding().ifPresent(finding -> tell(result, finding));
            }
        }
    }

    private void tell(Result result, Result.Finding finding) {
        clear();
        String words = "%s %s: expected %s, seen %s"
                .formatted(
                        result.verdict().text().toUpperCase(Locale.ROOT),
                        result.check().name(),
                        finding.expected(),
                        finding.seen());
        String fall = RunReport.plain(words.replaceAll("\\s+", " "));
        falls.accept(fall.length() <= FALL_MAX ? fall : fall.substring(0, FALL_MAX) + "...");
        show(result.check().name());
    }

    /** Removes the line, so that something else can be printed. */
    synchronized void clear() {
        line.accept("");
    }

    @Override
    public void close() {
        clear();
    }
}
