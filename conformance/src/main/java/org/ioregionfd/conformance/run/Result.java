// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.Violation;

/**
 * How one check ended.
 *
 * @param reason why it was not run or not supported; else empty
 * @param finding what was wrong in the first run that failed; only if the verdict is KNOWN, WARNED, FAILED or ERROR
 * @param frequency how often it was run, and how often it failed
 * @param took the first run
 */
public record Result(
        Check check, Verdict verdict, String reason, Optional<Finding> finding, Frequency frequency, Duration took) {
    /** Whether the peer has violated the clause. */
    public boolean isViolation() {
        return verdict == Verdict.WARNED || verdict == Verdict.FAILED;
    }

    /** Whether it ran and judged the peer. */
    public boolean isDecided() {
        return frequency.runs() > 0 && verdict != Verdict.ERROR;
    }

    /** The same result, judged with the known failures. */
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
     * @param circumstances the lines to and from a driver, the end of a process, the place of a fault in the suite; may be
     *     empty
     * @param trace what went over the channel that shows the fault; may be empty
     * @param sample the generated values that show the fault; none for a check without any
     * @param broken the id of the clause that is broken, or no id where it is not known; empty where it is the one that the check
     *     decides
     */
    public record Finding(
            String expected, String seen, String circumstances, Trace trace, Sample sample, String broken) {
        /** What {@code violation} shows, and the values that have led to it. */
        static Finding of(Violation violation, Sample sample) {
            return new Finding(
                    violation.expected(),
                    violation.seen(),
                    violation.circumstances(),
                    violation.trace(),
                    sample,
                    violation.broken());
        }

        /** One that names no other clause than its check does. */
        public Finding(String expected, String seen, String circumstances, Trace trace, Sample sample) {
            this(expected, seen, circumstances, trace, sample, "");
        }

        /** How many entries a person sees: a whole handshake and the important commands. */
        private static final int SHOWN_MAX = 12;

        /** The circumstances and the last entries of the trace, for a person; may be empty. */
        public String transcript() {
            String frames = trace.last(SHOWN_MAX).text();
            return circumstances.isEmpty() || frames.isEmpty() ? circumstances + frames : circumstances + '\n' + frames;
        }
    }

    /**
     * How often a check was run on fresh connections, and how often it failed. A check that fails only sometimes has failed.
     *
     * @param failed at most {@code runs}
     * @param runs 0 for a check that was not run
     * @param limit why there were fewer runs than the user asked for; else empty
     */
    public record Frequency(int failed, int runs, String limit) {
        /** Of a check that was not run. */
        public static final Frequency NOT_RUN = new Frequency(0, 0, "");

        /** Of a check that passed at once. */
        public static final Frequency PASSED = new Frequency(0, 1, "");

        /** Of a check that failed once and was not repeated. */
        public static final Frequency FAILED = new Frequency(1, 1, "");

        /** Whether some runs failed and others passed. */
        public boolean isFlaky() {
            return failed > 0 && failed < runs;
        }

        /** The counts in words: {@code failed 5 of 5}; {@code flaky: failed 2 of 5}. */
        public String text() {
            return (isFlaky() ? "flaky: " : "") + "failed " + failed + " of " + runs
                    + (limit.isEmpty() ? "" : ", " + limit);
        }

        Frequency plusFailed() {
            return new Frequency(failed + 1, runs + 1, limit);
        }

        Frequency plusPassed() {
            return new Frequency(failed, runs + 1, limit);
        }

        Frequency limitedBy(String why) {
            return new Frequency(failed, runs, why);
        }
    }

    /**
     * The values that a property was given.
     *
     * @param text each with the name of its parameter; empty for a check without values
     * @param json the same values as a JSON array, to run the property again; empty if they cannot be read back equal
     */
    public record Sample(String text, Optional<String> json) {
        /** A check without generated values. */
        public static final Sample NONE = new Sample("", Optional.empty());
    }

    /** How a check ended, from good to bad. */
    public enum Verdict {
        PASSED,
        /** The peer says that it lacks what the check needs. */
        NOT_SUPPORTED,
        /** The peer was lost before; nothing is known. */
        NOT_RUN,
        /** A MUST or SHOULD is violated, and the user knows of it. */
        KNOWN,
        /** It passed, and the user has listed it as failing. */
        FIXED,
        /** A SHOULD is violated. */
        WARNED,
        /** A MUST is violated. */
        FAILED,
        /** The suite itself is at fault. */
        ERROR;

        /** The verdict in words. */
        public String text() {
            return switch (this) {
                case KNOWN -> "known failure";
                case FIXED -> "listed as a known failure and passed";
                default -> name().toLowerCase(Locale.ROOT).replace('_', ' ');
            };
        }
    }
}
