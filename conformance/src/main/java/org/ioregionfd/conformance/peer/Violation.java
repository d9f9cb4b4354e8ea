// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

/**
 * The peer under test did what the clause of the running check forbids. Thrown by the checks' own primitives, so that a check
 * reads as a conversation; the run turns it into a result.
 */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    /** What kind of fault was seen; decides whether the peer is asked for a sign of life before the next check. */
    public enum Kind {
        /** The peer answered, or closed, but not as it must. */
        WRONG_ANSWER,
        /** The peer did nothing before the deadline. */
        NO_ANSWER,
        /** The peer cannot be reached any more. */
        GONE
    }

    private final Kind kind;
    private final String expected;
    private final String seen;
    private final String transcript;
    private String circumstances = "";

    /**
     * A fault.
     *
     * @param expected what the clause asks for, in plain words
     * @param seen what came instead
     * @param transcript the frames so far, annotated; may be empty
     */
    public Violation(Kind kind, String expected, String seen, String transcript) {
        super("expected " + expected + ", seen " + seen);
        this.kind = kind;
        this.expected = expected;
        this.seen = seen;
        this.transcript = transcript;
    }

    /** What kind of fault it is. */
    public Kind kind() {
        return kind;
    }

    /** What the clause asks for. */
    public String expected() {
        return expected;
    }

    /** What came instead. */
    public String seen() {
        return seen;
    }

    /** Adds what the frames do not show: what a driver was told and said, or how the peer's process ended. */
    public void addCircumstances(String lines) {
        circumstances = lines;
    }

    /** The circumstances, and the frames of the channel, annotated, oldest first; empty where there are none. */
    public String transcript() {
        return circumstances.isEmpty() || transcript.isEmpty()
                ? circumstances + transcript
                : circumstances + '\n' + transcript;
    }
}
