// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.util.List;

/** What a whole run comes to. */
public enum Outcome {
    /** Every check that ran passed, and some ran. */
    CONFORMANT,
    /** A MUST is violated; under {@link Strictness#SHOULD_TOO} also where a SHOULD is. */
    VIOLATED,
    /** A check could not judge because of a mistake in the suite. */
    SUITE_FAULT,
    /** Nothing was found wrong, but no check ran, the peer was lost before all had run, or what it can do is not known. */
    TOO_FEW;

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
        if (violated > 0) {
            return VIOLATED;
        }
        boolean anyRan = count(runs, Verdict.PASSED) + count(runs, Verdict.WARNED) > 0;
        boolean allKnown = runs.stream().allMatch(run -> run.survey().fault().isEmpty());
        return anyRan && allKnown && count(runs, Verdict.NOT_RUN) == 0 ? CONFORMANT : TOO_FEW;
    }

    private static long count(List<SubjectRun> runs, Verdict verdict) {
        return runs.stream().mapToLong(run -> run.count(verdict)).sum();
    }
}
