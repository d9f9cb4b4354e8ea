// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.report.Playback;
import org.ioregionfd.conformance.report.RunReport;
import org.ioregionfd.conformance.report.SavedFailure;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.Runner;
import org.ioregionfd.conformance.run.Runner.SuiteFault;
import org.ioregionfd.conformance.run.Subject;
import picocli.CommandLine;

/** Runs a saved failure again on its subject, reports the result, and gives the exit code. */
final class ReplayRun {
    private final SavedFailure failure;
    private final Subject subject;
    private final CommandLine line;
    private final PrintWriter out;
    private final ClauseBook clauses = ClauseBook.standard();

    ReplayRun(SavedFailure failure, Subject subject, CommandLine line) {
        this.failure = failure;
        this.subject = subject;
        this.line = line;
        this.out = line.getOut();
    }

    /** Runs the check again: first the saved values, then all that its seed leads to. */
    ExitCode check() {
        Check check = Check.in(subject.checkClasses()).stream()
                .filter(candidate -> candidate.name().equals(failure.check()))
                .findFirst()
                .orElseThrow(() -> new UsageError("the suite has no check " + say(failure.check())));
        try {
            UnderTest peer = subject.attach();
            Subject.Survey survey = subject.survey(peer);
            subject.patience().settle(Optional.empty());
            tellWhatWasSeen();
            Optional<String> values = failure.finding().sample().json();
            Result result = run(check, values, survey, peer);
            if (values.isPresent() && result.verdict() == Verdict.ERROR) {
                // Values that the suite has written itself have been run before.
                throw new UsageError("the file's values do not fit the check");
            }
            if (values.isPresent() && result.verdict() == Verdict.PASSED) {
                out.println("now       passed with these values; the whole check, by its seed:");
                result = run(check, Optional.empty(), survey, peer);
            }
            Optional<String> misfit = peer.misfit();
            return misfit.isPresent() ? ExitCode.NOT_ATTACHED.said(line, misfit.get()) : tell(result);
        } catch (NotAttached e) {
            return ExitCode.NOT_ATTACHED.said(line, e.getMessage());
        } catch (SuiteFault e) {
            return ExitCode.SUITE_FAULT.said(line, e.getMessage());
        }
    }

    /**
     * Sends K's recorded bytes to the device. If the device does anything else than in the recording, it does not fail as
     * before.
     */
    ExitCode bytes() {
        if (failure.finding().trace().isEmpty() || failure.finding().trace().omitted() > 0) {
            throw new UsageError("the file does not hold all bytes of its channel");
        }
        try {
            DevicePeer device = (DevicePeer) subject.attach();
            tellWhatWasSeen();
            List<Playback.Step> steps = Playback.of(failure.finding().trace(), device.connect());
            device.end();
            steps.forEach(this::tell);
            boolean isSame = steps.stream().allMatch(Playback.Step::isSame);
            out.println(
                    isSame
                            ? "the device does the same as in the recording"
                            : "the device does something else than in the recording");
            out.flush();
            return isSame ? ExitCode.VIOLATED : ExitCode.CONFORMANT;
        } catch (NotAttached | Violation e) {
            return ExitCode.NOT_ATTACHED.said(line, e.getMessage());
        }
    }

    private Result run(Check check, Optional<String> values, Subject.Survey survey, UnderTest peer) throws SuiteFault {
        SavedFailure.Conditions conditions = failure.conditions();
        RunSettings settings = new RunSettings(
                Selection.ALL,
                new Seed(conditions.seed()),
                RunSettings.Effort.FULL,
                conditions.tries(),
                0,
                1,
                KnownFailures.NONE);
        return new Runner(clauses).once(check, values, survey, peer, settings);
    }

    private void tellWhatWasSeen() {
        out.println(say(failure.check()));
        clauses.find(failure.clause()).ifPresent(clause -> out.println("  " + clause.id() + ": " + clause.sentence()));
        tell("then", failure.finding());
    }

    private void tell(String when, Result.Finding finding) {
        out.println("%-10sexpected %s".formatted(when, say(finding.expected())));
        out.println("          seen     " + say(finding.seen()));
        if (!finding.sample().text().isEmpty()) {
            out.println("          with     " + say(finding.sample().text()));
        }
    }

    private ExitCode tell(Result result) {
        result.finding().ifPresent(finding -> {
            tell("now", finding);
            out.print(say(finding.transcript()).indent(4));
        });
        ExitCode code = switch (result.verdict()) {
            case PASSED -> say("it does not fail any more", ExitCode.CONFORMANT);
            case KNOWN, FIXED, WARNED, FAILED -> {
                boolean isSame = result.finding()
                        .filter(now -> now.expected().equals(failure.finding().expected())
                                && now.seen().equals(failure.finding().seen()))
                        .isPresent();
                yield say(isSame ? "it fails as before" : "it fails, but not as before", ExitCode.VIOLATED);
            }
            case NOT_SUPPORTED, NOT_RUN -> say(result.verdict().text() + ": " + result.reason(), ExitCode.TOO_FEW);
            case ERROR -> say("the suite is at fault", ExitCode.SUITE_FAULT);
        };
        out.flush();
        return code;
    }

    private void tell(Playback.Step step) {
        if (step.isSame()) {
            out.println("same      " + step.then().replaceFirst("(?s)\n.*", ""));
        } else {
            out.println("then      " + step.then().replace("\n", "\n    "));
            out.println("now       " + step.now().replace("\n", "\n    "));
        }
    }

    private ExitCode say(String line, ExitCode code) {
        out.println(line);
        return code;
    }

    private static String say(String text) {
        return RunReport.plain(text);
    }
}
