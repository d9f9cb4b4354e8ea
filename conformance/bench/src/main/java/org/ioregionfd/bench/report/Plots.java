// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.figure.Unit;
import org.ioregionfd.conformance.report.Html;

/** The plots of a subject: the distribution of its durations, and the effect of depth. */
final class Plots {
    /** One in a hundred thousand: further out there are too few durations to draw. */
    private static final double TAIL_MAX = 1e5;

    private static final double NANOS_MIN = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String WINDOW = "window-";

    private Plots() {}

    /** Writes the plots for which {@code subject} has data. */
    static void write(Html html, Subject subject) {
        boolean hasWindows =
                subject.figures().stream().anyMatch(figure -> figure.id().startsWith(WINDOW));
        if (subject.distributions().isEmpty() && !hasWindows) {
            return;
        }
        html.begin("div", "class", "plots");
        if (!subject.distributions().isEmpty()) {
            writeDistributions(html, subject.distributions());
        }
        if (hasWindows) {
            writeDepths(html, subject);
        }
        html.end();
    }

    private static void writeDistributions(Html html, List<Distribution> distributions) {
        List<Plot.Line> lines = distributions.stream()
                .map(distribution -> new Plot.Line(distribution.label(), tail(distribution.nanos())))
                .toList();
        List<Double> ticks = List.of(2.0, 10.0, 100.0, 1e3, 1e4);
        Plot.Axis across = new Plot.Axis(1, TAIL_MAX, ticks, tail -> "p" + percentile(100 - 100 / tail));
        double most = Math.max(NANOS_MIN * 10, up(lines).getMax());
        new Plot(across, powers(NANOS_MIN, most, Unit.NANOS))
                .write(
                        html,
                        "How long an access takes: as many as the percentile says take no longer",
                        "latency by percentile",
                        lines);
    }

    /** One access of how many takes longer, and how long. */
    private static List<Plot.Point> tail(Histogram nanos) {
        List<Plot.Point> points = new ArrayList<>();
        for (double percentile : BenchJson.PERCENTILES) {
            double tail = 100 / (100 - Math.min(percentile, 100 - 100 / TAIL_MAX));
            if (tail <= nanos.getTotalCount()) {
                points.add(new Plot.Point(tail, Math.max(NANOS_MIN, (double) nanos.getValueAtPercentile(percentile))));
            }
        }
        return points;
    }

    private static void writeDepths(Html html, Subject subject) {
        List<Plot.Line> lines = List.of(
                new Plot.Line(subject.title(), depths(subject, Figure::peer)),
                new Plot.Line(subject.baseline(), depths(subject, Figure::baseline)));
        List<Double> ticks = List.of(1.0, 8.0, 32.0, 128.0);
        Plot.Axis across = new Plot.Axis(0.8, 160, ticks, depth -> String.valueOf((int) depth));
        DoubleSummaryStatistics up = up(lines);
        new Plot(across, powers(up.getMin(), Math.max(1, up.getMax()), Unit.PER_SECOND))
                .write(html, "Accesses per second by how many are under way at a time", "throughput by depth", lines);
    }

    private static List<Plot.Point> depths(Subject subject, Function<Figure, Series> of) {
        List<Plot.Point> points = new ArrayList<>();
        for (Figure figure : subject.figures()) {
            Series series = of.apply(figure);
            if (series.isEmpty()) {
                continue;
            }
            if (figure.id().equals("round-trip-p50")) {
                points.add(new Plot.Point(1, NANOS_PER_SECOND / series.median()));
            } else if (figure.id().startsWith(WINDOW)) {
                double depth = Double.parseDouble(figure.id().substring(WINDOW.length()));
                points.add(new Plot.Point(depth, series.median()));
            }
        }
        return points;
    }

    private static DoubleSummaryStatistics up(List<Plot.Line> lines) {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Plot.Point::up)
                .summaryStatistics();
    }

    /** An axis from the power of ten below {@code least} to the one above {@code most}. */
    private static Plot.Axis powers(double least, double most, Unit unit) {
        double from = Math.pow(10, Math.floor(Math.log10(least)));
        double to = Math.pow(10, Math.ceil(Math.log10(most * 1.01)));
        List<Double> ticks = new ArrayList<>();
        for (double tick = from; tick <= to * 1.01; tick *= 10) {
            ticks.add(tick);
        }
        return new Plot.Axis(from, to, ticks, value -> Numbers.round(value, unit));
    }

    private static String percentile(double value) {
        return String.format(Locale.ROOT, "%.3f", value).replaceAll("\\.?0+$", "");
    }
}
