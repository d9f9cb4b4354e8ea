// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ioregionfd.conformance.oracle.ClauseBook;
import org.ioregionfd.conformance.oracle.ClauseText;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;

/**
 * One subject and what the suite found out about it.
 *
 * @param survey what the peer can do
 * @param results one for each selected check
 * @param coverage how many clauses bind the side, and how many of them have a check
 */
public record SubjectRun(
        Subject subject, Seed seed, Subject.Survey survey, List<Result> results, Coverage coverage, Duration took) {

    /**
     * The clauses that bind one side.
     *
     * @param clauses how many there are
     * @param checked how many of them a check cites that was run, and not found to be unsupported
     * @param unchecked the ids of those that no check cites, run or not, in the order of the document
     */
    public record Coverage(int clauses, int checked, List<String> unchecked) {
        public Coverage {
            unchecked = List.copyOf(unchecked);
        }
    }

    /**
     * Judges {@code subject}.
     *
     * @throws NotAttached if it cannot be reached
     * @throws SuiteFault if the suite is at fault
     */
    public static SubjectRun of(Subject subject, List<Check> selected, ClauseBook clauses, RunSettings settings)
            throws NotAttached, SuiteFault {
        long startedNanos = System.nanoTime();
        UnderTest peer = subject.attach();
        Subject.Survey survey = subject.survey();
        List<Result> results = new Runner(clauses).run(selected, survey.abilities(), peer, settings);
        return new SubjectRun(
                subject,
                settings.seed(),
                survey,
                results,
                coverage(subject, clauses, results),
                Duration.ofNanos(System.nanoTime() - startedNanos));
    }

    /** How much of the document the checks of this subject decide, and how much of it this run has. */
    private static Coverage coverage(Subject subject, ClauseBook clauses, List<Result> results) {
        Set<String> cited = cited(Check.in(subject.checkClasses()).stream());
        Set<String> run = cited(results.stream()
                .filter(result -> result.verdict() != Verdict.NOT_SUPPORTED && result.verdict() != Verdict.NOT_RUN)
                .map(Result::check));
        List<String> binding = clauses.all().stream()
                .filter(clause -> clause.binds(subject.side()))
                .map(ClauseText::id)
                .toList();
        return new Coverage(
                binding.size(),
                (int) binding.stream().filter(run::contains).count(),
                binding.stream().filter(id -> !cited.contains(id)).toList());
    }

    private static Set<String> cited(Stream<Check> checks) {
        return checks.map(Check::clauses).flatMap(Collection::stream).collect(Collectors.toSet());
    }

    /** How many results have this verdict. */
    public long count(Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }
}
