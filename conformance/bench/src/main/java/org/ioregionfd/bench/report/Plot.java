// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.report.Html;

/**
 * Lines over two axes as SVG, whose sizes on the page are the style sheet's.
 *
 * @param across from the left to the right
 * @param up from the bottom to the top
 */
record Plot(Axis across, Axis up) {
    private static final double WIDTH = 420;
    private static final double HEIGHT = 260;
    private static final double LEFT = 58;
    private static final double RIGHT = 12;
    private static final double TOP = 10;
    private static final double BOTTOM = 46;
    private static final double LEGEND_STEP = 14;

    /**
     * One direction, logarithmic: equal ratios are equal lengths.
     *
     * @param least the lowest value that is shown, above 0
     * @param most the highest
     * @param ticks values that have a line and a label
     * @param label of a tick
     */
    record Axis(double least, double most, List<Double> ticks, DoubleFunction<String> label) {
        private double share(double value) {
            double within = Math.max(least, Math.min(most, value));
            return most == least ? 0 : Math.log(within / least) / Math.log(most / least);
        }
    }

    /** A point by its values. */
    record Point(double across, double up) {}

    /** Some points that belong together. */
    record Line(String label, List<Point> points) {}

    /** Writes the plot; {@code caption} says what it shows; {@code description} is for screen readers. */
    void write(Html html, String caption, String description, List<Line> lines) {
        html.begin("figure").element("figcaption", caption);
        String box = format("0 0 %.1f %.1f", WIDTH, HEIGHT);
        html.begin("svg", "viewBox", box, "role", "img", "aria-label", description);
        for (double tick : up.ticks()) {
            grid(html, LEFT, y(tick), WIDTH - RIGHT, y(tick));
            text(html, "", LEFT - 6, y(tick) + 4, "end", up.label().apply(tick));
        }
        for (double tick : across.ticks()) {
            grid(html, x(tick), TOP, x(tick), HEIGHT - BOTTOM);
            text(
                    html,
                    "",
                    x(tick),
                    HEIGHT - BOTTOM + 14,
                    "middle",
                    across.label().apply(tick));
        }
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            curve(html, line.points(), "s" + i);
            text(html, "s" + i, LEFT + 8, TOP + 14 + i * LEGEND_STEP, "start", line.label());
        }
        html.end().end();
    }

    private void curve(Html html, List<Point> points, String style) {
        String path = points.stream()
                .map(point -> format("%.1f %.1f", x(point.across()), y(point.up())))
                .collect(Collectors.joining(" L"));
        html.begin("path", "class", "line " + style, "d", points.isEmpty() ? "" : "M" + path)
                .end();
        for (Point point : points) {
            String form = "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"></circle>\n";
            html.trusted(format(form, style, x(point.across()), y(point.up())));
        }
    }

    private static void grid(Html html, double x1, double y1, double x2, double y2) {
        String form = "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"></line>\n";
        html.trusted(format(form, x1, y1, x2, y2));
    }

    private static void text(Html html, String style, double x, double y, String anchor, String words) {
        String form = "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">";
        html.trusted(format(form, style, x, y, anchor)).text(words).trusted("</text>\n");
    }

    private double x(double value) {
        return LEFT + across.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - up.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
