// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.report.ConsoleReport;
import org.ioregionfd.conformance.report.ReportFiles;
import org.ioregionfd.conformance.report.RunReport;
import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.ioregionfd.conformance.report.SavedFailure;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.Runner.SuiteFault;
import org.ioregionfd.conformance.run.Subject;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.Trials;
import org.jspecify.annotations.Nullable;

/** Runs the checks on the subjects of a command line, shows the results and gives the exit code. */
final class CheckRun {
    private static final String INTERRUPTED = "interrupted";

    private final RunOptions options;
    private final Effort usual;
    private final PrintWriter out;
    private final ConsoleReport console;
    private final ClauseBook clauses = ClauseBook.standard();

    private final List<SubjectRun> shown = new ArrayList<>();

    /** The interrupted run has been reported, and the peers are being ended: later errors are not reported. */
    private boolean isInterrupted;

    /** Runs of {@code options}; {@code usual} is how much is done unless the user sets them. */
    CheckRun(RunOptions options, Effort usual) {
        this.options = options;
        this.usual = usual;
        this.out = options.line().getOut();
        this.console = new ConsoleReport(out, clauses, Program.again(), Screen.OUT.ink());
    }

    /** Judges {@code subject}, which ends with its resources, or only names its checks, those of {@code classes}. */
    ExitCode one(List<Class<?>> classes, Function<RunResources, Subject> subject) {
        if (options.isList()) {
            return list(classes);
        }
        try (RunResources resources = RunResources.create()) {
            return judge(List.of(subject.apply(resources)), 1, resources);
        }
    }

    /** Names the checks of {@code classes}, one on a line. */
    ExitCode list(List<Class<?>> classes) {
        List<Check> checks = Check.in(classes);
        if (isAnyUnmatched(checks)) {
            return ExitCode.TOO_FEW;
        }
        options.settings(usual, 1).of(checks).forEach(check -> out.println(check.name()));
        out.flush();
        return ExitCode.CONFORMANT;
    }

    /**
     * Judges one subject, or several of them side by side.
     *
     * @param jobs unless the user sets them
     * @param resources ends with the run
     */
    ExitCode judge(List<Subject> subjects, int jobs, RunResources resources) {
        RunSettings settings = options.settings(usual, jobs);
        List<Check> all = subjects.stream()
                .flatMap(subject -> Check.in(subject.checkClasses()).stream())
                .toList();
        if (isAnyUnmatched(all)) {
            return ExitCode.TOO_FEW;
        }
        List<String> unknown = settings.known().unmatched(all);
        if (!unknown.isEmpty()) {
            throw new UsageError("--known-failures has a line that means no check: " + unknown.get(0));
        }
        Saving saving = new Saving(options.saveFailures(), options.reports(clauses), subjects.size());
        console.beginning(subjects, settings, all);
        try (ProgressLine line = ProgressLine.on(options.line().getErr());
                RunProgress progress =
                        new RunProgress(settings, settings.of(all).size(), line::show, this::tell)) {
            Trials trials = new Trials(subjects, clauses, settings, progress);
            resources.whenInterrupted(() -> interrupted(trials, settings, saving, progress));
            trials.run(run -> show(run, saving, progress));
        } catch (NotAttached e) {
            return fault(ExitCode.NOT_ATTACHED, e.getMessage());
        } catch (SuiteFault e) {
            return fault(e.isTooFew() ? ExitCode.TOO_FEW : ExitCode.SUITE_FAULT, e.getMessage());
        }
        return conclude(settings, saving);
    }

    private void tell(String line) {
        PrintWriter err = options.line().getErr();
        int end = line.indexOf(' ');
        err.println(Screen.ERR.ink().bad(line.substring(0, end)) + line.substring(end));
        err.flush();
    }

    private synchronized void show(SubjectRun run, Saving saving, RunProgress progress) {
        if (!isInterrupted) {
            progress.clear();
            console.subject(run, saving.save(run));
            shown.add(run);
        }
    }

    /** Shows the results so far and gives the exit code. Another thread calls it while the checks go on. */
    private synchronized int interrupted(Trials trials, RunSettings settings, Saving saving, RunProgress progress) {
        List<Subject> whole = shown.stream().map(SubjectRun::subject).toList();
        for (SubjectRun run : trials.soFar(INTERRUPTED)) {
            if (!whole.contains(run.subject())) {
                show(run, saving, progress);
            }
        }
        progress.clear();
        int code = conclude(settings, saving).number();
        isInterrupted = true;
        return code;
    }

    private synchronized ExitCode conclude(RunSettings settings, Saving saving) {
        if (isInterrupted) {
            return ExitCode.TOO_FEW;
        }
        Outcome outcome = options.isStrict() ? Outcome.strict(shown) : Outcome.of(shown);
        RunReport report = new RunReport(Program.version(), settings, options.isStrict(), shown, outcome);
        saving.earlier().ifPresent(out::println);
        console.verdict(report);
        if (saving.fault().isPresent()) {
            return fault(ExitCode.SUITE_FAULT, saving.fault().get());
        }
        try {
            saving.reports().write(report);
            options.tellGithub(report, clauses);
            return ExitCode.of(outcome);
        } catch (IOException e) {
            return fault(ExitCode.SUITE_FAULT, "a report could not be written: " + e.getMessage());
        }
    }

    private boolean isAnyUnmatched(List<Check> checks) {
        List<String> unmatched = options.selection().unmatched(checks);
        if (!unmatched.isEmpty()) {
            String words = unmatched.stream()
                    .map(pattern -> isOfTheDocument(pattern) ? pattern : Nearest.suggested(List.of(pattern), checks))
                    .collect(Collectors.joining(", "));
            fault(ExitCode.TOO_FEW, "no check matches " + words + " (see --list)");
        } else if (options.selection().of(checks).isEmpty()) {
            fault(ExitCode.TOO_FEW, "no check is left: --skip takes all that --only selects (see --list)");
        }
        return options.selection().of(checks).isEmpty() || !unmatched.isEmpty();
    }

    /** Whether a pattern means clauses, even if none of them has a check here: no typing error. */
    private boolean isOfTheDocument(String pattern) {
        return clauses.all().stream().anyMatch(clause -> Selection.isOf(pattern, clause.id()));
    }

    synchronized ExitCode fault(ExitCode code, @Nullable String message) {
        return isInterrupted ? code : code.said(options.line(), message);
    }

    /** Saves each failure of a run where the user wants it, and has the files of the reports. */
    static final class Saving {
        private final Optional<Path> folder;
        private final ReportFiles reports;
        private final int subjects;
        private final Set<Path> saved = new HashSet<>();
        private int removed;
        private Optional<String> fault = Optional.empty();

        /** Saves the failures of a run of so many subjects in {@code folder}, if there is one. */
        Saving(Optional<Path> folder, ReportFiles reports, int subjects) {
            this.folder = folder;
            this.reports = reports;
            this.subjects = subjects;
        }

        /** Saves the failures of {@code run} and gives their files. */
        Map<Check, Path> save(SubjectRun run) {
            Map<Check, Path> files = new HashMap<>();
            String prefix = subjects > 1 ? run.subject().title().replaceAll("[^A-Za-z0-9]+", "-") + "-" : "";
            folder.ifPresent(where -> {
                for (Result result : run.results()) {
                    result.finding()
                            .ifPresent(finding -> save(where, prefix, failure(run, result, finding))
                                    .ifPresent(file -> files.put(result.check(), file)));
                    if (result.verdict() == Verdict.PASSED || result.verdict() == Verdict.FIXED) {
                        remove(where, prefix, run.subject().side(), result.check());
                    }
                }
            });
            saved.addAll(files.values());
            return files;
        }

        /** What became of the failures of earlier runs that are in the folder; empty where there are none. */
        Optional<String> earlier() {
            List<String> words = new ArrayList<>();
            if (removed > 0) {
                words.add(removed + " removed, whose checks pass now");
            }
            long kept = folder.map(this::kept).orElse(0L);
            if (kept > 0) {
                words.add(kept + " kept, whose checks were not run, or not of this peer");
            }
            return words.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            "failures of earlier runs in " + folder.orElseThrow() + ": " + String.join("; ", words));
        }

        private long kept(Path where) {
            try {
                return SavedFailure.in(where).stream()
                        .filter(file -> !saved.contains(file))
                        .count();
            } catch (IOException e) {
                return 0; // a folder that nobody may list tells nothing
            }
        }

        private void remove(Path where, String prefix, Sender side, Check check) {
            try {
                removed += SavedFailure.remove(where, prefix, side, check.name()) ? 1 : 0;
            } catch (IOException e) {
                fault = Optional.of("a failure of an earlier run could not be removed: " + e.getMessage());
            }
        }

        ReportFiles reports() {
            return reports;
        }

        /** Why a failure could not be saved; empty if all were. */
        Optional<String> fault() {
            return fault;
        }

        private Optional<Path> save(Path where, String prefix, SavedFailure failure) {
            try {
                return Optional.of(failure.write(where, prefix));
            } catch (IOException e) {
                fault = Optional.of("a failure could not be saved: " + e.getMessage());
                return Optional.empty();
            }
        }

        private static SavedFailure failure(SubjectRun run, Result result, Result.Finding finding) {
            SavedFailure.Conditions conditions = new SavedFailure.Conditions(
                    run.seed().value(),
                    run.conditions().answerWithin().toMillis(),
                    run.conditions().tries());
            return new SavedFailure(
                    Program.version(), run.subject().side(), result.check().name(), conditions, finding);
        }
    }
}
