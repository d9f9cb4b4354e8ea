// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.engine.Check;
import org.ioregionfd.conformance.engine.Outcome;
import org.ioregionfd.conformance.engine.RunSettings;
import org.ioregionfd.conformance.engine.Subject;
import org.ioregionfd.conformance.engine.SubjectRun;
import org.ioregionfd.conformance.engine.SuiteFault;
import org.ioregionfd.conformance.oracle.ClauseBook;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.report.ConsoleReport;
import org.ioregionfd.conformance.report.HtmlReport;
import org.ioregionfd.conformance.report.JUnitReport;
import org.ioregionfd.conformance.report.JsonReport;
import org.ioregionfd.conformance.report.RunReport;

/** Runs the checks on the subjects of a command line, shows the results and gives the exit code. */
final class Judging {
    private final RunOptions options;
    private final PrintWriter out;
    private final PrintWriter err;

    Judging(RunOptions options, PrintWriter out, PrintWriter err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /** Names the checks of {@code classes}, one on a line. */
    ExitCode list(List<Class<?>> classes) {
        List<Check> checks = Check.in(classes);
        if (isAnyUnmatched(checks)) {
            return ExitCode.TOO_FEW;
        }
        options.settings().of(checks).forEach(check -> out.println(check.name()));
        out.flush();
        return ExitCode.CONFORMANT;
    }

    /** Judges {@code subjects} one after the other. */
    ExitCode judge(List<Subject> subjects) {
        ClauseBook clauses = ClauseBook.standard();
        RunSettings settings = options.settings();
        ConsoleReport console = new ConsoleReport(out, clauses, Program.again());
        if (isAnyUnmatched(subjects.stream()
                .flatMap(subject -> Check.in(subject.checkClasses()).stream())
                .toList())) {
            return ExitCode.TOO_FEW;
        }
        List<SubjectRun> runs = new ArrayList<>();
        Saving saving = new Saving(options.saveFailures(), subjects.size());
        for (Subject subject : subjects) {
            List<Check> checks = settings.of(Check.in(subject.checkClasses()));
            if (checks.isEmpty()) {
                continue;
            }
            try {
                SubjectRun run = SubjectRun.of(subject, checks, clauses, settings);
                runs.add(run);
                console.subject(run, saving.save(run, settings));
            } catch (NotAttached e) {
                return fault(ExitCode.NOT_ATTACHED, String.valueOf(e.getMessage()));
            } catch (SuiteFault e) {
                return fault(
                        e.kind() == SuiteFault.Kind.TOO_FEW ? ExitCode.TOO_FEW : ExitCode.SUITE_FAULT,
                        String.valueOf(e.getMessage()));
            }
        }
        Outcome outcome = Outcome.of(runs, options.strictness());
        RunReport report = new RunReport(Program.version(), settings, options.strictness(), runs, outcome);
        console.verdict(report);
        return saving.fault().map(fault -> fault(ExitCode.SUITE_FAULT, fault)).orElseGet(() -> write(report, clauses));
    }

    private ExitCode write(RunReport report, ClauseBook clauses) {
        try {
            write(options.reportJson(), JsonReport.of(report, clauses));
            write(options.reportJunit(), JUnitReport.of(report));
            write(options.reportHtml(), HtmlReport.of(report, clauses));
            return ExitCode.of(report.outcome());
        } catch (IOException e) {
            return fault(ExitCode.SUITE_FAULT, "a report could not be written: " + e);
        }
    }

    private static void write(Optional<Path> file, String text) throws IOException {
        if (file.isPresent()) {
            Files.writeString(file.get(), text);
        }
    }

    private boolean isAnyUnmatched(List<Check> checks) {
        List<String> unmatched = options.selection().unmatched(checks);
        if (!unmatched.isEmpty()) {
            fault(ExitCode.TOO_FEW, "no check matches " + String.join(", ", unmatched) + " (see --list)");
        }
        return !unmatched.isEmpty();
    }

    ExitCode fault(ExitCode code, String message) {
        out.flush();
        err.println("conformance: " + message);
        err.flush();
        return code;
    }
}
