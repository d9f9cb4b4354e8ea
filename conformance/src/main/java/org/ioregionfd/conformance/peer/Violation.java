// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.util.List;
import java.util.function.Supplier;

/**
 * The peer under test broke the clause of the running check. The checks' own primitives throw it, so that a check reads like
 * a conversation; the run turns it into a result.
 */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    /** The kind of fault; it decides whether the peer is asked for a sign of life before the next check. */
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
    private String broken = "";
    private String end = "";

    /**
     * A fault that is visible on a channel.
     *
     * @param expected what the clause asks for, in plain words
     * @param seen what came instead
     * @param trace what went over the channel so far
     */
    public Violation(Kind kind, String expected, String seen, Trace trace) {
        this(kind, expected, seen, trace, "");
    }

    /**
     * A fault that is visible elsewhere.
     *
     * @param circumstances what else a reader should know; may be empty
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

    /** No clause can be named: what is wrong shows in a step that only leads to what the check looks at. */
    public static final String UNKNOWN = "unknown";

    /**
     * Gives what {@code talk} gives. What goes wrong in it breaks {@code clause}, whatever clause the running check decides.
     */
    public static <T> T breaking(String clause, Supplier<T> talk) {
        try {
            return talk.get();
        } catch (Violation e) {
            throw e.breaking(clause);
        }
    }

    /** The same violation, of {@code clause} if nobody has named another one before. */
    public Violation breaking(String clause) {
        broken = broken.isEmpty() ? clause : broken;
        return this;
    }

    /** The id of the clause that is broken, or UNKNOWN; empty where it is the one that the check decides. */
    public String broken() {
        return broken;
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

    /** What went over the channel; empty if no channel shows the fault. */
    public Trace trace() {
        return trace;
    }

    /** Adds what went over the channel, for a fault in an answer of a driver. */
    void addTrace(Trace frames) {
        trace = frames;
    }

    /** Adds what the frames do not show: the lines to and from a driver, or how the peer's process ended. */
    public void addCircumstances(String lines) {
        circumstances = circumstances.isEmpty() ? lines : lines + '\n' + circumstances;
    }

    /** What the frames do not show; may be empty. */
    public String circumstances() {
        return circumstances;
    }

    /** Adds how the process of the peer has ended, in words that begin with whose it is. */
    public void addEnd(String words) {
        end = words;
        String how = words.replaceFirst("^[^:]*: ", "");
        if (!seen.contains(how)) {
            addCircumstances(words);
        }
    }

    /** Whether the peer has ended the channel, or could not be reached: its process may be about to end. */
    boolean isClose() {
        List<Trace.Entry> entries = trace.entries();
        return kind == Kind.GONE || (!entries.isEmpty() && entries.get(entries.size() - 1) instanceof Trace.Ended);
    }

    /** Whether the process of the peer has ended. */
    public boolean isEnd() {
        return !end.isEmpty();
    }

    /** All of it but the frames, on one line. */
    public String summary() {
        return getMessage() + (circumstances.contains(end) && isEnd() ? "; " + end : "");
    }
}
