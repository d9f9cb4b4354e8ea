// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.time.Duration;
import java.util.List;
import org.ioregionfd.conformance.oracle.ClauseBook;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;

/**
 * One subject and what the suite found out about it.
 *
 * @param survey what the peer can do
 * @param results one for each selected check
 * @param coverage what it has seen of each clause that binds the side
 */
public record SubjectRun(
        Subject subject, Seed seed, Subject.Survey survey, List<Result> results, Coverage coverage, Duration took) {

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
                Coverage.of(subject, clauses, results),
                Duration.ofNanos(System.nanoTime() - startedNanos));
    }

    /** How many results have this verdict. */
    public long count(Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }
}
