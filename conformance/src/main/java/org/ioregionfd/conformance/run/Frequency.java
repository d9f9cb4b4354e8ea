// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

/**
 * How often a check was run on fresh connections, and how often it failed. One that fails only sometimes has failed.
 *
 * @param failed at most {@code runs}
 * @param runs 0 for a check that was not run
 * @param limit why there were fewer runs than the user asked for; empty else
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
