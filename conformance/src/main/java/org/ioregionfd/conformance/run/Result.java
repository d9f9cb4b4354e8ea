// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.time.Duration;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Trace;

/**
 * How one check ended.
 *
 * @param reason why it was not run or not supported; empty else
 * @param finding what was wrong; only where the verdict is KNOWN, WARNED, FAILED or ERROR; of the first run that failed
 * @param frequency how often it was run, and how often it failed
 * @param took the first run
 */
public record Result(
        Check check, Verdict verdict, String reason, Optional<Finding> finding, Frequency frequency, Duration took) {

    /** Whether the peer has violated the clause. */
    public boolean isViolation() {
        return verdict == Verdict.WARNED || verdict == Verdict.FAILED;
    }

    /** Whether it ran to a verdict on the peer. */
    public boolean isDecided() {
        return frequency.runs() > 0 && verdict != Verdict.ERROR;
    }

    /** The same result, judged by what the user knows. */
    Result withVerdict(Verdict judged) {
        return new Result(check, judged, reason, finding, frequency, took);
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
     * @param circumstances what a driver was told and said, how a process ended, where the suite broke; may be empty
     * @param trace what went over the channel that shows the fault; may be empty
     * @param sample the generated values that show the fault; none for a check without any
     */
    public record Finding(String expected, String seen, String circumstances, Trace trace, Sample sample) {
        /** Entries that a person is shown: a whole handshake and the commands that matter. */
        private static final int SHOWN_MAX = 12;

        /** The circumstances and the last entries of the trace, for a person; may be empty. */
        public String transcript() {
            String frames = trace.last(SHOWN_MAX).text();
            return circumstances.isEmpty() || frames.isEmpty() ? circumstances + frames : circumstances + '\n' + frames;
        }
    }
}
