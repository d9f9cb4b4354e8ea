// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import java.util.Map;
import java.util.Optional;

/**
 * This project's goals for its own peers, by the way they wait. For any other peer they show what can be reached.
 */
public enum GoalSet {
    /** A device side that sleeps in the read of its channel. */
    DIRECT,
    /** A device side with an event loop for many channels. */
    NETTY,
    /** A device side that polls its channel and never sleeps. */
    DIRECT_POLLING,
    /** An event loop that never sleeps. */
    NETTY_POLLING,
    /** Both reference peers together, each asleep in the calls of its channel. */
    PAIR_DIRECT,
    /** Both reference peers together, with event loops. */
    PAIR_NETTY,
    /** Busy channels beside idle ones, a thread for each that has something to say. */
    SCALE_DIRECT,
    /** Busy channels beside idle ones, with event loops. */
    SCALE_NETTY,
    /** No goals. */
    NONE;

    private static final String ROUND_TRIP = "round-trip-p50";

    /** The goal of the figure with this id. */
    public Optional<Goal> of(String figure) {
        return Optional.ofNullable(goals().get(figure));
    }

    private Map<String, Goal> goals() {
        return switch (this) {
            case DIRECT -> device(1.15, 2.3, 0.6);
            case NETTY -> device(1.45, 2.2, 0.3);
            case DIRECT_POLLING -> Map.of(ROUND_TRIP, Goal.ratioAtMost(1.15));
            case NETTY_POLLING -> Map.of(ROUND_TRIP, Goal.ratioAtMost(1.40), "window-128", Goal.ratioAtLeast(0.50));
            case PAIR_DIRECT -> pair(1.35);
            case PAIR_NETTY -> pair(1.8);
            case SCALE_DIRECT -> scale(24);
            case SCALE_NETTY -> scale(6);
            case NONE -> Map.of();
        };
    }

    private static Map<String, Goal> scale(int kibibytes) {
        return Map.of(
                "busy-p99-beside-1000",
                Goal.ratioAtMost(1.3),
                "busy-p99-beside-10000",
                Goal.ratioAtMost(1.3),
                "memory-beside-1000",
                Goal.valueAtMost(kibibytes * 1024),
                "memory-beside-10000",
                Goal.valueAtMost(kibibytes * 1024));
    }

    private static Map<String, Goal> pair(double roundTrip) {
        return Map.of(
                ROUND_TRIP,
                Goal.ratioAtMost(roundTrip),
                "window-8",
                Goal.ratioAtLeast(0.50),
                "window-32",
                Goal.ratioAtLeast(0.45),
                "window-128",
                Goal.ratioAtLeast(0.30));
    }

    private static Map<String, Goal> device(double roundTrip, double detached, double channels) {
        return Map.of(
                ROUND_TRIP,
                Goal.ratioAtMost(roundTrip),
                "window-32",
                Goal.ratioAtLeast(0.60),
                "window-128",
                Goal.ratioAtLeast(0.50),
                "handshake-detached",
                Goal.valueAtMost(detached),
                "handshake-attached-extra",
                Goal.valueAtMost(1.2),
                "channels",
                Goal.ratioAtLeast(channels));
    }
}
