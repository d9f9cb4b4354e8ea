// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.engine;

import java.time.Duration;
import java.util.Optional;

/**
 * How one check ended.
 *
 * @param reason why it was not run or not supported; empty else
 * @param finding what was wrong; only where the verdict is WARNED, FAILED or ERROR; of the first run that failed
 * @param frequency how often it was run, and how often it failed
 * @param took the first run
 */
public record Result(
        Check check, Verdict verdict, String reason, Optional<Finding> finding, Frequency frequency, Duration took) {

    /** Whether the peer has violated the clause. */
    public boolean isViolation() {
        return verdict == Verdict.WARNED || verdict == Verdict.FAILED;
    }

    /** The same result after more runs. */
    Result withFrequency(Frequency counted) {
        return new Result(check, verdict, reason, finding, counted, took);
    }

    /**
     * What was wrong.
     *
     * @param expected what the clause asks for
     * @param seen what came instead
     * @param transcript annotated frames; may be empty
     * @param sample the generated values that show the fault; empty for a check without any
     */
    public record Finding(String expected, String seen, String transcript, String sample) {}
}
