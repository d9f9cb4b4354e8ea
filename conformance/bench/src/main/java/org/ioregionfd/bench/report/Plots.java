// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.figure.Unit;
import org.ioregionfd.conformance.report.Html;

/** The plots of a subject: how its durations are distributed, and what depth brings. */
final class Plots {
    /** One in a hundred thousand: further out there are too few durations to draw. */
    private static final double TAIL_MAX = 1e5;

    private static final double NANOS_MIN = 1e3;
    private static final String WINDOW = "window-";
    private static final double NANOS_PER_SECOND = 1e9;

    private Plots() {}

    /** Writes those that {@code subject} has something for. */
    static void write(Html html, Subject subject) {
        List<Figure> windows = subject.figures().stream()
                .filter(figure -> figure.id().startsWith(WINDOW))
                .toList();
        if (subject.distributions().isEmpty() && windows.isEmpty()) {
            return;
        }
        html.begin("div", "class", "plots");
        if (!subject.distributions().isEmpty()) {
            writeDistribution(html, subject.distributions());
        }
        if (!windows.isEmpty()) {
            writeDepth(html, subject, windows);
        }
        html.end();
    }

    private static void writeDistribution(Html html, List<Distribution> distributions) {
        List<Plot.Line> lines = new ArrayList<>();
        double most = NANOS_MIN * 10;
        for (Distribution distribution : distributions) {
            List<Plot.Point> points = new ArrayList<>();
            Histogram nanos = distribution.nanos();
            for (double percentile : BenchJson.PERCENTILES) {
                double tail = 100 / (100 - Math.min(percentile, 100 - 100 / TAIL_MAX));
                if (tail <= nanos.getTotalCount()) {
                    double value = Math.max(NANOS_MIN, (double) nanos.getValueAtPercentile(percentile));
                    points.add(new Plot.Point(tail, value));
                    most = Math.max(most, value);
                }
            }
            lines.add(new Plot.Line(distribution.label(), points));
        }
        Plot.Axis across = new Plot.Axis(
                1, TAIL_MAX, List.of(2.0, 10.0, 100.0, 1e3, 1e4), tail -> "p" + percentile(100 - 100 / tail));
        new Plot(across, powers(NANOS_MIN, most, Unit.NANOS))
                .write(
                        html,
                        "How long an access takes: as many as the percentile says take no longer",
                        "latency by percentile",
                        lines);
    }

    private static void writeDepth(Html html, Subject subject, List<Figure> windows) {
        List<Plot.Point> peer = new ArrayList<>();
        List<Plot.Point> baseline = new ArrayList<>();
        subject.figures().stream()
                .filter(figure -> figure.id().equals("round-trip-p50"))
                .forEach(figure -> {
                    add(
                            peer,
                            1,
                            new Series(List.of(NANOS_PER_SECOND / figure.peer().median())));
                    add(
                            baseline,
                            1,
                            new Series(
                                    List.of(NANOS_PER_SECOND / figure.baseline().median())));
                });
        windows.forEach(figure -> {
            double depth = Double.parseDouble(figure.id().substring(WINDOW.length()));
            add(peer, depth, figure.peer());
            add(baseline, depth, figure.baseline());
        });
        double least = Double.MAX_VALUE;
        double most = 1;
        for (Plot.Point point : peer) {
            least = Math.min(least, point.up());
            most = Math.max(most, point.up());
        }
        for (Plot.Point point : baseline) {
            least = Math.min(least, point.up());
            most = Math.max(most, point.up());
        }
        Plot.Axis across =
                new Plot.Axis(0.8, 160, List.of(1.0, 8.0, 32.0, 128.0), depth -> String.valueOf((int) depth));
        new Plot(across, powers(least, most, Unit.PER_SECOND))
                .write(
                        html,
                        "Accesses per second by how many are under way at a time",
                        "throughput by depth",
                        List.of(new Plot.Line(subject.title(), peer), new Plot.Line(subject.baseline(), baseline)));
    }

    private static void add(List<Plot.Point> points, double across, Series series) {
        if (!series.isEmpty()) {
            points.add(new Plot.Point(across, series.median()));
        }
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
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
