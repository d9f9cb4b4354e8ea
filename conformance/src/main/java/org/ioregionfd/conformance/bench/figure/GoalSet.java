// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.bench.figure;

import java.util.Map;
import java.util.Optional;

/**
 * What this project asks of its own peers, by how they wait. For any other peer they show what can be reached.
 */
public enum GoalSet {
    /** A device side that sleeps in the read of its channel. */
    DIRECT(Map.of(
            "round-trip-p50", Goal.ratioAtMost(1.15),
            "window-32", Goal.ratioAtLeast(0.60),
            "window-128", Goal.ratioAtLeast(0.50),
            "handshake-detached", Goal.valueAtMost(2.3),
            "handshake-attached-extra", Goal.valueAtMost(1.2),
            "channels", Goal.ratioAtLeast(0.6))),
    /** A device side with an event loop for many channels. */
    NETTY(Map.of(
            "round-trip-p50", Goal.ratioAtMost(1.45),
            "window-32", Goal.ratioAtLeast(0.60),
            "window-128", Goal.ratioAtLeast(0.50),
            "handshake-detached", Goal.valueAtMost(2.3),
            "handshake-attached-extra", Goal.valueAtMost(1.2),
            "channels", Goal.ratioAtLeast(0.3))),
    /** A device side that polls its channel and never sleeps. */
    DIRECT_POLLING(Map.of("round-trip-p50", Goal.ratioAtMost(1.15))),
    /** An event loop that never sleeps. */
    NETTY_POLLING(Map.of("round-trip-p50", Goal.ratioAtMost(1.40))),
    /** Both reference peers together. */
    PAIR(Map.of("round-trip-p50", Goal.ratioAtMost(1.25))),
    /** Busy channels beside idle ones. */
    SCALE(Map.of("busy-p99-beside-1000", Goal.ratioAtMost(1.3))),
    /** Nothing is asked. */
    NONE(Map.of());

    private final Map<String, Goal> goals;

    GoalSet(Map<String, Goal> goals) {
        this.goals = goals;
    }

    /** The goal of the figure with this id. */
    public Optional<Goal> of(String figure) {
        return Optional.ofNullable(goals.get(figure));
    }
}
