// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.Subject;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.SubjectRun.Coverage;

/** A run for a person: a table for each subject, then the failures, and the verdict on the last line. */
public final class ConsoleReport {
    private static final List<Verdict> COLUMNS =
            List.of(Verdict.PASSED, Verdict.FAILED, Verdict.WARNED, Verdict.NOT_SUPPORTED);
    private static final int GROUP_WIDTH = 8;

    /** Of checks that a selection has added; the others are only counted. */
    private static final int ADDED_MAX = 5;

    private final PrintWriter out;
    private final ClauseBook clauses;
    private final String program;
    private final Ink ink;

    /**
     * Writes to {@code out}, with sentences from {@code clauses}; {@code program} is the command that starts the suite again.
     */
    public ConsoleReport(PrintWriter out, ClauseBook clauses, String program, Ink ink) {
        this.out = out;
        this.clauses = clauses;
        this.program = program;
        this.ink = ink;
    }

    /** What is going to be done, before anything is: which of {@code all} checks, and why those that nobody has named. */
    public void beginning(List<Subject> subjects, RunSettings settings, List<Check> all) {
        List<Check> chosen = settings.selection().of(all);
        int run = settings.of(all).size();
        out.println(ink.strong(
                        "judging " + subjects.stream().map(Subject::title).collect(Collectors.joining("; "))) + ": "
                + run + " of " + all.size() + " checks, seed " + settings.seed().value());
        if (run < chosen.size()) {
            out.println("left out: " + (chosen.size() - run)
                    + " that take long (--thorough, or --only with the whole name)");
        }
        List<Check> added = settings.selection().added(all);
        if (!added.isEmpty()) {
            String names = added.stream().limit(ADDED_MAX).map(Check::name).collect(Collectors.joining(", "));
            out.println("added: " + added.size() + " that decide other clauses and cite these as well: " + names
                    + (added.size() > ADDED_MAX ? ", ..." : ""));
        }
        if (chosen.size() < all.size()) {
            out.println(
                    "added: before them a handshake and an Open of version 1, which section 13 asks of every peer, and behind"
                            + " them another handshake, because a peer has to outlive its checks");
        }
        out.println();
        out.flush();
    }

    /**
     * One subject: header, table, and each check that has not passed.
     *
     * @param saved the files that hold failures, by check; may be empty
     */
    public void subject(SubjectRun run, Map<Check, Path> saved) {
        String side = run.subject().side() == Sender.D ? "device side" : "KVM side";
        out.println(ink.strong(side + ": " + run.subject().title()));
        out.println(run.survey().text());
        run.survey().fault().ifPresent(fault -> out.println("the survey failed: " + fault));
        out.println("seed %d, %d tries for each property, each answer within %d ms"
                .formatted(
                        run.seed().value(),
                        run.conditions().tries(),
                        run.conditions().answerWithin().toMillis()));
        out.println();
        table(run);
        skipped(run);
        new Causes(clauses).of(run.results()).forEach(cause -> cause(run, cause, saved));
        run.results().stream()
                .filter(result -> result.verdict() == Verdict.FIXED)
                .forEach(result -> out.println(
                        result.check().name() + " is " + result.verdict().text()));
        coverage(run, side);
        run.lost().ifPresent(lost -> out.println("the peer is lost: " + lost));
        out.println();
        out.flush();
    }

    private void coverage(SubjectRun run, String side) {
        List<Coverage.Row> untestable = run.coverage().with(Coverage.Standing.UNTESTABLE);
        untestable.forEach(row -> out.println("untestable: " + row.clause() + ", " + row.reason()));
        if (!untestable.isEmpty()) {
            out.println();
        }
        out.println("%d clauses bind the %s; %d checked in this run, %d not testable; %d ms"
                .formatted(
                        run.coverage().clauses(),
                        side,
                        run.coverage().checked(),
                        untestable.size(),
                        run.took().toMillis()));
    }

    /** The counts, and on the last line the summary. */
    public void verdict(RunReport report) {
        List<String> counts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            long count = report.count(verdict);
            if (count > 0) {
                counts.add(count + " " + (count > 1 && verdict == Verdict.KNOWN ? "known failures" : verdict.text()));
            }
        }
        String verdict = report.verdict();
        out.println(switch (report.outcome()) {
                    case CONFORMANT, OFF_ONLY -> ink.good(verdict);
                    case VIOLATED -> ink.bad(verdict);
                    case SUITE_FAULT, TOO_FEW, KNOWN_FAILURE_PASSES -> ink.strong(verdict);
                }
                + ": " + String.join(", ", counts));
        out.println(report.summary());
        out.flush();
    }

    private void table(SubjectRun run) {
        Map<String, List<Result>> groups = new LinkedHashMap<>();
        clauses.all().forEach(clause -> groups.put(clause.group(), new ArrayList<>()));
        for (Result result : run.results()) {
            groups.computeIfAbsent(ClauseText.groupOf(result.check().clause()), key -> new ArrayList<>())
                    .add(result);
        }
        StringBuilder head = new StringBuilder(pad("clauses", GROUP_WIDTH));
        COLUMNS.forEach(verdict -> head.append(padLeft(verdict.text(), width(verdict))));
        out.println(head);
        groups.values().removeIf(List::isEmpty);
        groups.forEach((group, results) -> row(
                group, results, "  " + clauses.sectionOf(group, run.subject().side())));
        row("total", run.results(), "");
        out.println();
    }

    private static int width(Verdict verdict) {
        return verdict.text().length() + 2;
    }

    private void row(String name, List<Result> results, String section) {
        StringBuilder row = new StringBuilder(pad(name, GROUP_WIDTH));
        for (Verdict verdict : COLUMNS) {
            long count = results.stream().filter(r -> r.verdict() == verdict).count();
            row.append(padLeft(count == 0 ? "-" : Long.toString(count), width(verdict)));
        }
        out.println((row + section).stripTrailing());
    }

    /** One line for each reason; the names are in the other reports. */
    private void skipped(SubjectRun run) {
        for (Verdict verdict : List.of(Verdict.NOT_SUPPORTED, Verdict.NOT_RUN)) {
            Map<String, Integer> byReason = new LinkedHashMap<>();
            run.results().stream()
                    .filter(result -> result.verdict() == verdict)
                    .forEach(result -> byReason.merge(result.reason(), 1, Integer::sum));
            byReason.forEach((reason, count) -> out.println(verdict.text() + ", " + count + ": " + reason));
            if (!byReason.isEmpty()) {
                out.println();
            }
        }
    }

    /** One block for a cause: the check that decides it, with what it has found, and the names of the others. */
    private void cause(SubjectRun run, Causes.Cause cause, Map<Check, Path> saved) {
        Result result = cause.first();
        out.println(ink.bad(result.verdict().text().toUpperCase(Locale.ROOT)) + "  " + named(result));
        cause.broken().ifPresent(clause -> out.println("  " + clause.id() + ": " + clause.sentence()));
        result.finding().ifPresent(this::finding);
        out.println("  seed " + run.seed().value() + "; again: " + program + run.again(result));
        Optional.ofNullable(saved.get(result.check()))
                .ifPresent(file -> out.println("  saved; again: " + program + run.again(file)));
        if (!cause.others().isEmpty()) {
            out.println("  the same in " + cause.others().size() + " more:");
            cause.others().forEach(other -> out.println("    " + named(other)));
        }
        out.println();
    }

    private static String named(Result result) {
        return result.check().name()
                + (result.isDecided() ? " (" + result.frequency().text() + ")" : "");
    }

    private void finding(Result.Finding finding) {
        out.println("  expected  " + RunReport.plain(finding.expected()));
        out.println("  seen      " + RunReport.plain(finding.seen()));
        if (!finding.sample().text().isEmpty()) {
            out.println("  with      " + RunReport.plain(finding.sample().text()));
        }
        if (!finding.transcript().isEmpty()) {
            out.print(RunReport.plain(finding.transcript()).indent(4));
        }
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private static String padLeft(String text, int width) {
        return " ".repeat(Math.max(1, width - text.length())) + text;
    }
}
