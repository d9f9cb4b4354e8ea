// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.time.Duration;
import java.util.Optional;

/**
 * How long the suite waits for each answer of one peer: as long as the user says, or as the peer's own first handshake suggests.
 * Until that one is over it waits longer: a new process is slower than it will ever be again. Thread-safe.
 */
public final class Patience {
    /** How long the first answer of a process may take in any case: a JVM on a busy machine takes seconds. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(5);

    /** So much slower than the first handshake a later answer may be: what it waits for may be another process's time slice. */
    private static final int FACTOR = 20;

    /** A fast peer on a busy machine is not always fast: a scheduler has made one wait for a second. */
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /** A peer that is slower than this is told from one that hangs only by a user who says so. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final Optional<Duration> given;
    private volatile Duration answer;

    private Patience(Optional<Duration> given, Duration answer) {
        this.given = given;
        this.answer = answer;
    }

    /** As long as the first handshake of the peer suggests. */
    public static Patience calibrated() {
        return new Patience(Optional.empty(), FIRST_ANSWER);
    }

    /** {@code answer} for each answer behind the first handshake. */
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

    /** The longest wait for the first answer of a process that was started again. */
    Duration firstAnswer() {
        return longer(answer, FIRST_ANSWER);
    }

    /** The first handshake is over. {@code took} is how long it took; empty where it failed. */
    public void settle(Optional<Duration> took) {
        answer = given.orElseGet(() -> took.map(first -> shorter(longer(first.multipliedBy(FACTOR), SHORTEST), LONGEST))
                .orElse(SHORTEST));
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

        /** Time left in ms, rounded up, never less than 1: what a wait that means 0 as "for ever" can be given. */
        public long millisLeft() {
            return Math.max(1, (endNanos - System.nanoTime() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        }
    }
}
