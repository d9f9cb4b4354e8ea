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
    private transient Trace trace;
    private String circumstances;

    /**
     * A fault that shows on a channel.
     *
     * @param expected what the clause asks for, in plain words
     * @param seen what came instead
     * @param trace what went over the channel so far
     */
    public Violation(Kind kind, String expected, String seen, Trace trace) {
        this(kind, expected, seen, trace, "");
    }

    /**
     * A fault that shows elsewhere.
     *
     * @param circumstances what a reader should know besides; may be empty
     */
    public Violation(Kind kind, String expected, String seen, String circumstances) {
        this(kind, expected, seen, Trace.NONE, circumstances);
    }

    private Violation(Kind kind, String expected, String seen, Trace trace, String circumstances) {
        super("expected " + expected + ", seen " + seen);
        this.kind = kind;
        this.expected = expected;
        this.seen = seen;
        this.trace = trace;
        this.circumstances = circumstances;
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

    /** What went over the channel; nothing where no channel shows the fault. */
    public Trace trace() {
        return trace;
    }

    /** Adds what went over the channel, where the fault shows in what a driver said. */
    void addTrace(Trace frames) {
        trace = frames;
    }

    /** Adds what the frames do not show: what a driver was told and said, or how the peer's process ended. */
    public void addCircumstances(String lines) {
        circumstances = circumstances.isEmpty() ? lines : lines + '\n' + circumstances;
    }

    /** What the frames do not show; may be empty. */
    public String circumstances() {
        return circumstances;
    }
}
