// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import java.util.List;

/**
 * Everything that was measured of one peer, or of one pair of peers.
 *
 * @param id the same in every run: letters, digits and hyphens
 * @param title in words
 * @param baseline its baseline, in words
 * @param remarks what a reader must know about the figures, one sentence each
 * @param figures in the order in which they are shown
 * @param distributions of the figures that have one
 */
public record Subject(
        String id,
        String title,
        String baseline,
        List<String> remarks,
        List<Figure> figures,
        List<Distribution> distributions) {
    public Subject {
        remarks = List.copyOf(remarks);
        figures = List.copyOf(figures);
        distributions = List.copyOf(distributions);
    }

    /** The same with these goals. */
    public Subject withGoals(GoalSet goals) {
        List<Figure> judged = figures.stream()
                .map(figure -> figure.withGoal(goals.of(figure.id())))
                .toList();
        return new Subject(id, title, baseline, remarks, judged, distributions);
    }

    /** Whether every goal that could be measured is met. */
    public boolean isEveryGoalMet() {
        return figures.stream().flatMap(figure -> figure.isGoalMet().stream()).allMatch(met -> met);
    }
}
