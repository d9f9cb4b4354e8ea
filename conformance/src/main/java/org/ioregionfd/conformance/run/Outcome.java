// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.List;
import java.util.stream.Stream;

/** What a whole run comes to. */
public enum Outcome {
    /** Every check that ran passed, but for known failures, and some ran. */
    CONFORMANT,
    /** A MUST is violated, or the peer did not outlive the run; under {@link Strictness#SHOULD_TOO} also where a SHOULD is. */
    VIOLATED,
    /** A check could not judge because of a mistake in the suite. */
    SUITE_FAULT,
    /** Nothing was found wrong, but no check ran, the peer was lost before all had run, or what it can do is not known. */
    TOO_FEW,
    /** Nothing else is wrong, but what the user knows as a failure passes. */
    KNOWN_FAILURE_PASSES;

    /** Which clauses a peer has to keep to be called conformant. */
    public enum Strictness {
        MUST_ONLY,
        SHOULD_TOO
    }

    /** What {@code runs} come to together. */
    public static Outcome of(List<SubjectRun> runs, Strictness strictness) {
        if (count(runs, Verdict.ERROR) > 0) {
            return SUITE_FAULT;
        }
        long violated =
                count(runs, Verdict.FAILED) + (strictness == Strictness.SHOULD_TOO ? count(runs, Verdict.WARNED) : 0);
        if (violated > 0 || runs.stream().anyMatch(run -> run.lost().isPresent())) {
            return VIOLATED;
        }
        boolean anyRan = Stream.of(Verdict.PASSED, Verdict.WARNED, Verdict.KNOWN, Verdict.FIXED)
                .anyMatch(verdict -> count(runs, verdict) > 0);
        boolean allKnown = runs.stream().allMatch(run -> run.survey().fault().isEmpty());
        if (!anyRan || !allKnown || count(runs, Verdict.NOT_RUN) > 0) {
            return TOO_FEW;
        }
        return count(runs, Verdict.FIXED) > 0 ? KNOWN_FAILURE_PASSES : CONFORMANT;
    }

    private static long count(List<SubjectRun> runs, Verdict verdict) {
        return runs.stream().mapToLong(run -> run.count(verdict)).sum();
    }
}
