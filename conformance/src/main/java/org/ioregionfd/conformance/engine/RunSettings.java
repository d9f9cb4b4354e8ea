// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.time.Duration;
import java.util.List;

/**
 * What the user decides about a run.
 *
 * @param answerWithin how long each wait for the peer lasts at most
 * @param repeats how often a check that failed is run again, 0..{@link #REPEATS_MAX}
 */
public record RunSettings(Selection selection, Seed seed, Duration answerWithin, Effort effort, int repeats) {
    /** Five runs in all tell a rule from chance. */
    public static final int DEFAULT_REPEATS = 4;

    /** A fault that shows once in a hundred runs is found by a bounded number of them. */
    public static final int REPEATS_MAX = 100;

    /** Those of {@code checks} that the run takes. */
    public List<Check> of(List<Check> checks) {
        return selection.of(checks).stream()
                .filter(check -> effort == Effort.FULL || !check.isSlow())
                .toList();
    }

    /** How many generated cases each property tries, and whether checks that take time are run. */
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
