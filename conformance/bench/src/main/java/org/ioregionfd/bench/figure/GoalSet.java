// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import java.util.Map;
import java.util.Optional;

/**
 * What this project asks of its own peers, by how they wait. For any other peer they show what can be reached.
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
    /** Both reference peers together. */
    PAIR,
    /** Busy channels beside idle ones. */
    SCALE,
    /** Nothing is asked. */
    NONE;

    private static final Map<String, Goal> OF_ANY_DEVICE = Map.of(
            "window-32", Goal.ratioAtLeast(0.60),
            "window-128", Goal.ratioAtLeast(0.50),
            "handshake-detached", Goal.valueAtMost(2.3),
            "handshake-attached-extra", Goal.valueAtMost(1.2));

    /** The goal of the figure with this id. */
    public Optional<Goal> of(String figure) {
        Goal own = own().get(figure);
        boolean isDevice = this == DIRECT || this == NETTY;
        return Optional.ofNullable(own == null && isDevice ? OF_ANY_DEVICE.get(figure) : own);
    }

    private Map<String, Goal> own() {
        String roundTrip = "round-trip-p50";
        return switch (this) {
            case DIRECT -> Map.of(roundTrip, Goal.ratioAtMost(1.15), "channels", Goal.ratioAtLeast(0.6));
            case NETTY -> Map.of(roundTrip, Goal.ratioAtMost(1.45), "channels", Goal.ratioAtLeast(0.3));
            case DIRECT_POLLING -> Map.of(roundTrip, Goal.ratioAtMost(1.15));
            case NETTY_POLLING -> Map.of(roundTrip, Goal.ratioAtMost(1.40));
            case PAIR -> Map.of(roundTrip, Goal.ratioAtMost(1.25));
            case SCALE -> Map.of("busy-p99-beside-1000", Goal.ratioAtMost(1.3));
            case NONE -> Map.of();
        };
    }
}
