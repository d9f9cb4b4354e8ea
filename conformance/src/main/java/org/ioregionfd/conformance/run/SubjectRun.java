// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One subject and what the suite found out about it.
 *
 * @param conditions what repeats the run
 * @param survey what the peer can do
 * @param results one for each selected check
 * @param lost what was wrong with a peer that answered before the first check and gave no sign of life after the last; empty else
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
}
