// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import java.util.Optional;

/**
 * One measured quantity, of the peer and of its baseline.
 *
 * @param id the same in every run: letters, digits and hyphens
 * @param label in words
 * @param unit of both series
 * @param peer one number a round
 * @param baseline the same, or empty if there is no baseline
 * @param goal if there is one
 */
public record Figure(String id, String label, Unit unit, Series peer, Series baseline, Optional<Goal> goal) {
    /** One without a goal. */
    public Figure(String id, String label, Unit unit, Series peer, Series baseline) {
        this(id, label, unit, peer, baseline, Optional.empty());
    }

    /**
     * The median of {@link #ratios}, because a machine that is slow for a few rounds is slow for both. Empty if either series
     * is missing or has a median that is not above 0, as can happen with differences; also if the ratio of such differences
     * is not above 0.
     */
    public Optional<Double> ratio() {
        return peer.isEmpty() || baseline.isEmpty() || peer.median() <= 0 || baseline.median() <= 0
                ? Optional.empty()
                : Optional.of(ratios().median()).filter(ratio -> ratio >= 0);
    }

    /** The peer's over the baseline's, of each round. */
    public Series ratios() {
        return peer.over(baseline);
    }

    /** Whether the goal is met; empty if there is no goal, or no value for it. */
    public Optional<Boolean> isGoalMet() {
        if (goal.isEmpty() || peer.isEmpty()) {
            return Optional.empty();
        }
        return switch (goal.get().of()) {
            case RATIO -> ratio().map(goal.get()::isMetBy);
            case VALUE -> Optional.of(goal.get().isMetBy(peer.median()));
        };
    }

    /** The same with a goal. */
    public Figure withGoal(Optional<Goal> other) {
        return new Figure(id, label, unit, peer, baseline, other);
    }
}
