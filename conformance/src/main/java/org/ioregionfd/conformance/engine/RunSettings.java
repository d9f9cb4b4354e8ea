// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.time.Duration;

/**
 * What the user decides about a run.
 *
 * @param answerWithin how long each wait for the peer lasts at most
 */
public record RunSettings(Selection selection, Seed seed, Duration answerWithin, Effort effort) {

    /** How many generated cases each property tries. */
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
