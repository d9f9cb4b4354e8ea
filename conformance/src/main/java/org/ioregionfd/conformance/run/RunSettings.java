// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.List;

/**
 * What the user decides about a run.
 *
 * @param tries how many generated cases each property tries, 1..{@link #TRIES_MAX}
 * @param repeats how often a check that failed is run again, 0..{@link #REPEATS_MAX}
 * @param jobs how many checks of one subject run side by side, 1..{@link #JOBS_MAX}
 * @param known the failures that the user knows of
 */
public record RunSettings(
        Selection selection, Seed seed, Effort effort, int tries, int repeats, int jobs, KnownFailures known) {
    /** Five runs in all tell a rule from chance. */
    public static final int DEFAULT_REPEATS = 4;

    /** A fault that shows once in a hundred runs is found by a bounded number of them. */
    public static final int REPEATS_MAX = 100;

    /** A night on a fast peer. */
    public static final int TRIES_MAX = 1_000_000;

    /** Each has a process of the peer; more than this is load, not speed. */
    public static final int JOBS_MAX = 64;

    /** The same with this number of jobs. */
    RunSettings withJobs(int number) {
        return new RunSettings(selection, seed, effort, tries, repeats, number, known);
    }

    /** Those of {@code checks} that the run takes. */
    public List<Check> of(List<Check> checks) {
        return selection.of(checks).stream()
                .filter(check -> effort == Effort.FULL || !check.isSlow())
                .toList();
    }

    /** How many generated cases each property tries by default, and whether checks that take time are run. */
    public enum Effort {
        QUICK(15),
        FULL(100);

        private final int tries;

        Effort(int tries) {
            this.tries = tries;
        }

        /** Cases per property. */
        public int tries() {
            return tries;
        }
    }
}
