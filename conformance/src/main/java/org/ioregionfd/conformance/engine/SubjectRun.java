// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.oracle.ClauseBook;
import org.ioregionfd.conformance.oracle.ClauseText;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;

/**
 * One subject and what the suite found out about it.
 *
 * @param survey what the peer can do, in one line
 * @param results one for each selected check
 * @param coverage how many clauses bind the side, and how many of them have a check
 */
public record SubjectRun(
        Subject subject, Seed seed, String survey, List<Result> results, Coverage coverage, Duration took) {

    /** Counts of clauses that bind one side. */
    public record Coverage(int clauses, int checked) {}

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
                survey.text(),
                results,
                coverage(subject, clauses),
                Duration.ofNanos(System.nanoTime() - startedNanos));
    }

    /** How much of the document the checks of this subject decide, whatever is selected. */
    private static Coverage coverage(Subject subject, ClauseBook clauses) {
        Set<String> cited = Check.in(subject.checkClasses()).stream()
                .map(Check::clauses)
                .flatMap(Collection::stream)
                .collect(Collectors.toSet());
        List<ClauseText> binding = clauses.all().stream()
                .filter(clause -> clause.binds(subject.side()))
                .toList();
        return new Coverage(binding.size(), (int)
                binding.stream().filter(clause -> cited.contains(clause.id())).count());
    }

    /** How many results have this verdict. */
    public long count(Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }
}
