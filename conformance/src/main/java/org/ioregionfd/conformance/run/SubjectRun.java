// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.ShellWord;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings.Seed;

/**
 * One subject and the suite's findings about it.
 *
 * @param conditions what repeats the run
 * @param survey what the peer can do
 * @param results one for each selected check
 * @param lost how a peer was lost, that answered before the first check: its process ended when it was asked what it can do, or
 *     it showed no sign of life after the last check; else empty
 * @param coverage what it has seen of each clause that binds the side
 */
public record SubjectRun(
        Subject subject,
        Conditions conditions,
        Subject.Survey survey,
        List<Result> results,
        Optional<String> lost,
        Coverage coverage,
        Duration took) {
    /** The seed of the run. */
    public Seed seed() {
        return conditions.seed();
    }

    /** How many results have this verdict. */
    public long count(Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }

    /** The arguments that show {@code result} again, for the user who has started the run. */
    public String again(Result result) {
        return again(subject.command(), result);
    }

    /** The arguments that show a failure again, for the user, who has saved it as {@code file}. */
    public String again(Path file) {
        String peer = subject.command().replaceFirst("(?s)^[^ ]+( --level [0-9]+)?", "");
        return " replay " + ShellWord.quoted(file.toString()) + peer;
    }

    /** For a report to others: without the user's own words, which may name files of the machine. */
    public String againAnywhere(Result result) {
        String command = subject.command()
                .replaceFirst("(?s) --unix .*", " --unix PATH")
                .replaceFirst("(?s) --exec .*", " --exec 'CMD {socket}'");
        return "conformance/run" + again(command, result);
    }

    private String again(String command, Result result) {
        return " %s --only %s %s".formatted(command, result.check().name(), conditions.options());
    }

    /**
     * The settings with which another run does the same.
     *
     * @param tries generated cases per property
     * @param answerWithin how long each wait for the peer lasted at most
     */
    public record Conditions(Seed seed, int tries, Duration answerWithin) {
        /** The options that set them: {@code --seed 42 --tries 100 --timeout-ms 2000}. */
        public String options() {
            return "--seed %d --tries %d --timeout-ms %d".formatted(seed.value(), tries, answerWithin.toMillis());
        }
    }

    /**
     * The clauses that bind one side, in the order of the document, and what a run has found about each.
     *
     * @param rows one for each clause
     */
    public record Coverage(List<Row> rows) {
        public Coverage {
            rows = List.copyOf(rows);
        }

        /** What a run has found about a clause. */
        public enum Standing {
            /** A check that cites it ran and gave a verdict. */
            CHECKED,
            /** The peer lacks what its checks need. */
            NOT_SUPPORTED,
            /** Its checks were selected, but not run. */
            NOT_RUN,
            /** None of its checks was selected. */
            NOT_SELECTED,
            /** It has none: no check can see it. */
            UNTESTABLE;

            /** The standing in words. */
            public String text() {
                return name().toLowerCase(Locale.ROOT).replace('_', ' ');
            }
        }

        /**
         * One clause.
         *
         * @param reason why it is not simply tested; empty where it is
         */
        public record Row(String clause, Kind kind, String reason, Standing standing) {}

        /** What {@code results} have seen of the clauses that bind {@code subject}. */
        static Coverage of(Subject subject, ClauseBook clauses, List<Result> results) {
            ClauseKinds kinds = ClauseKinds.standard();
            Set<String> selected = cited(results, verdict -> true);
            Set<String> unsupported = cited(results, verdict -> verdict == Verdict.NOT_SUPPORTED);
            Set<String> run = cited(results, verdict -> verdict != Verdict.NOT_SUPPORTED && verdict != Verdict.NOT_RUN);
            return new Coverage(clauses.all().stream()
                    .filter(clause -> clause.binds(subject.side()))
                    .map(ClauseText::id)
                    .map(id -> {
                        ClauseKinds.Entry entry = kinds.of(subject.side(), id);
                        Standing standing = entry.kind() == Kind.UNTESTABLE
                                ? Standing.UNTESTABLE
                                : run.contains(id)
                                        ? Standing.CHECKED
                                        : unsupported.contains(id)
                                                ? Standing.NOT_SUPPORTED
                                                : selected.contains(id) ? Standing.NOT_RUN : Standing.NOT_SELECTED;
                        return new Row(id, entry.kind(), entry.reason(), standing);
                    })
                    .toList());
        }

        /** How many clauses bind the side. */
        public int clauses() {
            return rows.size();
        }

        /** How many of them were checked in this run. */
        public int checked() {
            return with(Standing.CHECKED).size();
        }

        /** The clauses with this standing. */
        public List<Row> with(Standing standing) {
            return rows.stream().filter(row -> row.standing() == standing).toList();
        }

        private static Set<String> cited(List<Result> results, Predicate<Verdict> wanted) {
            return results.stream()
                    .filter(result -> wanted.test(result.verdict()))
                    .flatMap(result -> result.check().clauses().stream())
                    .collect(Collectors.toSet());
        }
    }
}
