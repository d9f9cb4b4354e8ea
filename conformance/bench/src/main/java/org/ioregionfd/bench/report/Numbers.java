// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.util.List;
import java.util.Locale;
import org.ioregionfd.bench.figure.Comparison;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Goal;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Unit;

/** Figures for people: three significant digits. */
final class Numbers {
    /** Above the rows. */
    static final List<String> HEAD = List.of("median of rounds", "peer", "baseline", "ratio", "middle half", "goal");

    /** Above the rows of a comparison. */
    static final List<String> COMPARED = List.of("median of rounds", "old", "new", "new/old", "middle halves", "");

    /** The column of the ratio. */
    static final int RATIO = 3;

    /** The column of the goal. */
    static final int GOAL = 5;

    private static final double KILO = 1e3;
    private static final double MEGA = 1e6;
    private static final double KIBI = 1024;
    private static final String NOTHING = "-";

    private Numbers() {}

    /** A value with its unit. */
    static String value(double value, Unit unit) {
        return switch (unit) {
            case NANOS -> value < MEGA ? digits(value / KILO) + " us" : digits(value / MEGA) + " ms";
            case PER_SECOND ->
                value < MEGA
                        ? value < KILO ? digits(value) + "/s" : digits(value / KILO) + " k/s"
                        : digits(value / MEGA) + " M/s";
            case ROUND_TRIPS -> digits(value) + " rt";
            case BYTES -> value < KIBI * KIBI ? digits(value / KIBI) + " KiB" : digits(value / KIBI / KIBI) + " MiB";
        };
    }

    /** A power of ten with its unit. */
    static String round(double value, Unit unit) {
        return value(value, unit).replaceAll("\\.0+(?= |/|$)", "");
    }

    /** The cells of a figure's row: words, numbers, and the goal. */
    static List<String> row(Figure figure) {
        return List.of(
                figure.label(),
                median(figure.peer(), figure.unit()),
                median(figure.baseline(), figure.unit()),
                ratio(figure),
                spread(figure),
                goal(figure));
    }

    /** The cells of a comparison's row: ratios where both have one, values with their units otherwise. */
    static List<String> row(Comparison figure) {
        boolean isKnown = figure.factor().isPresent();
        return List.of(
                figure.after().label(),
                compared(figure.old(), figure),
                compared(figure.now(), figure),
                figure.factor().map(Numbers::digits).orElse(NOTHING),
                isKnown ? digits(figure.least()) + ".." + digits(figure.most()) : "",
                figure.isClear() ? figure.now().median() > figure.old().median() ? "more" : "less" : "");
    }

    private static String compared(Series series, Comparison figure) {
        if (series.isEmpty()) {
            return NOTHING;
        }
        return figure.isOfRatios()
                ? digits(series.median()) + "x"
                : value(series.median(), figure.after().unit());
    }

    /** The median with its unit, or a dash. */
    static String median(Series series, Unit unit) {
        return series.isEmpty() ? NOTHING : value(series.median(), unit);
    }

    /** The ratio, such as {@code 1.12x}, or a dash. */
    private static String ratio(Figure figure) {
        return figure.ratio().map(ratio -> digits(ratio) + "x").orElse(NOTHING);
    }

    /** Where the middle half of the rounds' ratios lies, or nothing. */
    private static String spread(Figure figure) {
        Series ratios = figure.ratios();
        return ratios.isEmpty() ? "" : digits(ratios.lowerQuartile()) + ".." + digits(ratios.upperQuartile());
    }

    /** The goal and whether it is met, or nothing. */
    private static String goal(Figure figure) {
        return figure.goal()
                .map(goal -> goal(goal, figure.unit())
                        + figure.isGoalMet()
                                .map(met -> met ? " met" : " MISSED")
                                .orElse(""))
                .orElse("");
    }

    private static String goal(Goal goal, Unit unit) {
        String limit = switch (goal.of()) {
            case RATIO -> String.format(Locale.ROOT, "%.2fx", goal.limit());
            case VALUE -> value(goal.limit(), unit);
        };
        return switch (goal.sense()) {
            case AT_MOST -> "<= " + limit;
            case AT_LEAST -> ">= " + limit;
        };
    }

    /** Three digits, more where the number is larger. */
    static String digits(double value) {
        double size = Math.abs(value);
        String form = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, form, value);
    }
}
