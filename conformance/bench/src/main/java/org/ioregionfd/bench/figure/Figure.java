// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import java.util.Optional;

/**
 * One thing that was measured, on the peer and on what it is compared with.
 *
 * @param id the same in every run: letters, digits and hyphens
 * @param label in words
 * @param unit of both series
 * @param peer one number a round
 * @param baseline the same, or empty where there is nothing to compare with
 * @param goal if there is one
 */
public record Figure(String id, String label, Unit unit, Series peer, Series baseline, Optional<Goal> goal) {
    /** One without a goal. */
    public Figure(String id, String label, Unit unit, Series peer, Series baseline) {
        this(id, label, unit, peer, baseline, Optional.empty());
    }

    /**
     * The median of {@link #ratios}: a machine that is slow for a few rounds is so for both. Empty where either is missing, or has
     * a median that is not above 0 as only a difference can be, and where such differences have no ratio that is.
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

    /** Whether the goal is met; empty where there is no goal, or not what it is about. */
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
