// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Result.Frequency;
import org.ioregionfd.conformance.run.Result.Sample;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.SubjectRun.Conditions;
import org.ioregionfd.conformance.run.SubjectRun.Coverage;

/** Made-up results, for tests of what is done with them. */
public final class Runs {
    private Runs() {}

    /** Settings of a run of every check, one after the other. */
    static RunSettings settings(long seed, RunSettings.Effort effort, int repeats) {
        return new RunSettings(Selection.ALL, new Seed(seed), effort, effort.tries(), repeats, 1, KnownFailures.NONE);
    }

    /** The same run, but the peer did not survive it. */
    public static SubjectRun lost(Verdict... verdicts) {
        SubjectRun run = with(verdicts);
        return new SubjectRun(
                run.subject(),
                run.conditions(),
                run.survey(),
                run.results(),
                Optional.of("after the last check: no OFFER"),
                run.coverage(),
                run.took());
    }

    /** The same run, but what the device can do could not be found out. */
    public static SubjectRun withoutSurvey(Verdict... verdicts) {
        SubjectRun run = with(verdicts);
        Subject.Survey survey = new Subject.Survey(Set.of(), "", Optional.of("no OFFER"));
        return new SubjectRun(
                run.subject(), run.conditions(), survey, run.results(), run.lost(), run.coverage(), run.took());
    }

    /** A run of the device side with one check for each of these verdicts. */
    public static SubjectRun with(Verdict... verdicts) {
        List<Result> results = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            results.add(result(verdict, results.size()));
        }
        return new SubjectRun(
                subject("a made-up device"),
                new Conditions(new Seed(42), 100, Duration.ofSeconds(2)),
                new Subject.Survey(Set.of(), "offers nothing", Optional.empty()),
                results,
                Optional.empty(),
                Coverage.of(subject("a made-up device"), ClauseBook.standard(), results),
                Duration.ZERO);
    }

    /** A run of the device side with these results. */
    public static SubjectRun of(Result... results) {
        SubjectRun run = with();
        return new SubjectRun(
                run.subject(),
                run.conditions(),
                run.survey(),
                List.of(results),
                run.lost(),
                Coverage.of(run.subject(), ClauseBook.standard(), List.of(results)),
                run.took());
    }

    /** A failure of a check that is called so, and decides the clause of its name. */
    public static Result failed(String name, Result.Finding finding) {
        Check first = Check.in(List.of(Data.class)).get(0);
        Check check =
                new Check(name, List.of(name.replaceFirst("/.*", "")), first.needs(), first.type(), first.method());
        return new Result(check, Verdict.FAILED, "", Optional.of(finding), Frequency.FAILED, Duration.ofMillis(12));
    }

    /** The same run of a peer that can do this. */
    public static SubjectRun able(Set<String> abilities, SubjectRun run) {
        Subject.Survey survey = new Subject.Survey(abilities, "offers much", Optional.empty());
        return new SubjectRun(
                run.subject(), run.conditions(), survey, run.results(), run.lost(), run.coverage(), run.took());
    }

    /** The same run of a peer that is called so. */
    public static SubjectRun titled(String title, SubjectRun run) {
        return new SubjectRun(
                subject(title), run.conditions(), run.survey(), run.results(), run.lost(), run.coverage(), run.took());
    }

    /** A run whose only check has failed with {@code finding}, on a peer that describes itself with {@code words}. */
    public static SubjectRun failedWith(Result.Finding finding, String words) {
        SubjectRun run = with(Verdict.FAILED, Verdict.NOT_RUN);
        Result failed = run.results().get(0);
        Result notRun = run.results().get(1);
        return new SubjectRun(
                run.subject(),
                run.conditions(),
                new Subject.Survey(Set.of(), words, Optional.of(words)),
                List.of(
                        new Result(
                                failed.check(),
                                failed.verdict(),
                                "",
                                Optional.of(finding),
                                failed.frequency(),
                                failed.took()),
                        new Result(
                                notRun.check(),
                                notRun.verdict(),
                                words,
                                Optional.empty(),
                                notRun.frequency(),
                                notRun.took())),
                run.lost(),
                run.coverage(),
                run.took());
    }

    private static Result result(Verdict verdict, int index) {
        Check first = Check.in(List.of(Data.class)).get(0);
        String name = first.name() + (index == 0 ? "" : "-" + index);
        Check check = new Check(name, first.clauses(), first.needs(), first.type(), first.method());
        boolean isFault = Set.of(Verdict.KNOWN, Verdict.WARNED, Verdict.FAILED, Verdict.ERROR)
                .contains(verdict);
        boolean isPass = Set.of(Verdict.PASSED, Verdict.FIXED).contains(verdict);
        return new Result(
                check,
                verdict,
                isFault || isPass ? "" : "no <means>",
                isFault
                        ? Optional.of(new Result.Finding(
                                "a \"frame\" & more",
                                "<nothing>",
                                "K sent\n  00\u0001",
                                Trace.NONE,
                                new Sample("n = 1", Optional.of("[1]"))))
                        : Optional.empty(),
                isFault ? new Frequency(2, 5, "") : isPass ? Frequency.PASSED : Frequency.NOT_RUN,
                Duration.ofMillis(12));
    }

    static final class Data {
        @Clause({"SEL-013", "HEL-013"})
        void refusesAVersion() {}
    }

    private static Subject subject(String title) {
        Subject.Survey survey = new Subject.Survey(Set.of(), "", Optional.empty());
        return new Subject(
                Sender.D,
                "device",
                title,
                "device --unix /some/where",
                List.of(Data.class),
                "SEL-013/refuses-a-version",
                Patience.calibrated(),
                () -> {
                    throw new UnsupportedOperationException("never run");
                },
                peer -> survey);
    }
}
