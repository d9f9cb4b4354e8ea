// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.time.Duration;
import java.util.Optional;

/**
 * How long the suite waits for each answer of one peer: as long as the user says, or as follows from the peer's own first
 * handshake. Until that handshake is over it waits longer, because a new process is slowest at first. Thread-safe.
 */
public final class Patience {
    /** How long the first answer of a process may take in any case: a JVM on a busy machine takes seconds. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(5);

    /**
     * How much slower than the first handshake a later answer may be: it may have to wait for another process's time slice.
     */
    private static final int FACTOR = 20;

    /**
     * The least wait, because a fast peer is not always fast on a busy machine: a scheduler has made one wait for a second.
     */
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /** The longest wait. For a slower peer, the user must set the time; the suite takes it for one that hangs. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** A peer that is silent in so many checks is so by rule, and not because the machine was busy. */
    private static final int LOST_MAX = 3;

    /**
     * The longest wait from then on, where the user has not set another: what else is wrong shall be found too, without two seconds
     * for each check. Longer than any right peer on a machine that is not overloaded.
     */
    private static final Duration WORN_OUT = Duration.ofMillis(500);

    /** From so many on, a run would be the waits for them alone. */
    private static final int LOST_MANY = 6;

    /**
     * The longest wait from then on is what the first handshake took, which is the slowest, but at least this: a scheduler's time
     * slices.
     */
    private static final Duration LEAST = Duration.ofMillis(200);

    private final Optional<Duration> given;
    private volatile Duration full;
    private volatile Duration answer;
    private Duration first = WORN_OUT;
    private int lost;

    private Patience(Optional<Duration> given, Duration answer) {
        this.given = given;
        this.full = answer;
        this.answer = answer;
    }

    /** As long as the first handshake of the peer suggests. */
    public static Patience calibrated() {
        return new Patience(Optional.empty(), FIRST_ANSWER);
    }

    /** {@code answer} for each answer after the first handshake. */
    public static Patience of(Duration answer) {
        return new Patience(Optional.of(answer), longer(answer, FIRST_ANSWER));
    }

    /** {@code answer} from the beginning. */
    static Patience exactly(Duration answer) {
        return new Patience(Optional.of(answer), answer);
    }

    /** The longest wait for one answer. */
    public Duration answer() {
        return answer;
    }

    /** The longest wait for one answer of a peer that leaves none out. */
    public Duration full() {
        return full;
    }

    /** A check has waited for nothing: the run has failed by that, and waits less for what else may be wrong. */
    synchronized void lose() {
        lost++;
        if (given.isEmpty()) {
            Duration least = lost < LOST_MANY ? WORN_OUT : longer(LEAST, shorter(first, WORN_OUT));
            answer = shorter(answer, lost < LOST_MAX ? SHORTEST : least);
        }
    }

    /** The longest wait for the first answer of a process that was started again. */
    Duration firstAnswer() {
        return longer(full, FIRST_ANSWER);
    }

    /** The first handshake is over. {@code took} is how long it took; empty where it failed. */
    public synchronized void settle(Optional<Duration> took) {
        first = took.orElse(WORN_OUT);
        full = given.orElseGet(() -> took.map(time -> shorter(longer(time.multipliedBy(FACTOR), SHORTEST), LONGEST))
                .orElse(SHORTEST));
        answer = full;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** A point in time that a wait may not pass. */
    public static final class Deadline {
        private static final long NANOS_PER_MILLI = 1_000_000;

        private final long endNanos;

        private Deadline(long endNanos) {
            this.endNanos = endNanos;
        }

        /** {@code wait} from now on. */
        public static Deadline in(Duration wait) {
            return new Deadline(System.nanoTime() + wait.toNanos());
        }

        /** Whether it has passed. */
        public boolean isOver() {
            return endNanos - System.nanoTime() <= 0;
        }

        /** Time left in ms, rounded up, never less than 1, for waits where 0 means "for ever". */
        public long millisLeft() {
            return Math.max(1, (endNanos - System.nanoTime() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        }
    }
}
