// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.time.Duration;

/**
 * What a run has to have in common with another one to do the same.
 *
 * @param tries generated cases per property
 * @param answerWithin how long each wait for the peer lasted at most
 */
public record Conditions(Seed seed, int tries, Duration answerWithin) {
    /** The options that set them: {@code --seed 42 --tries 100 --timeout-ms 2000}. */
    public String options() {
        return "--seed %d --tries %d --timeout-ms %d".formatted(seed.value(), tries, answerWithin.toMillis());
    }
}
