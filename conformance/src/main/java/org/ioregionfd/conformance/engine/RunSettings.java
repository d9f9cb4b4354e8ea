// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.time.Duration;
import java.util.List;

/**
 * What the user decides about a run.
 *
 * @param answerWithin how long each wait for the peer lasts at most
 */
public record RunSettings(Selection selection, Seed seed, Duration answerWithin, Effort effort) {

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
