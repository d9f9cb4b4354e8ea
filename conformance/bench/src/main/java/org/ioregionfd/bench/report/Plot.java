// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.ioregionfd.conformance.report.Html;

/** Lines over two axes as SVG, whose sizes on the page are the style sheet's. */
final class Plot {
    private static final double WIDTH = 420;
    private static final double HEIGHT = 260;
    private static final double LEFT = 58;
    private static final double RIGHT = 12;
    private static final double TOP = 10;
    private static final double BOTTOM = 46;
    private static final double LEGEND_STEP = 14;

    private final Axis across;
    private final Axis up;

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

    Plot(Axis across, Axis up) {
        this.across = across;
        this.up = up;
    }

    /** Writes the plot; {@code caption} says what it shows, and {@code description} what a reader without eyes hears. */
    void write(Html html, String caption, String description, List<Line> lines) {
        html.begin("figure").element("figcaption", caption);
        html.begin(
                "svg",
                "viewBox",
                "0 0 " + number(WIDTH) + " " + number(HEIGHT),
                "role",
                "img",
                "aria-label",
                description);
        for (double tick : up.ticks()) {
            double y = y(tick);
            line(html, LEFT, y, WIDTH - RIGHT, y);
            text(html, "", LEFT - 6, y + 4, "end", up.label().apply(tick));
        }
        for (double tick : across.ticks()) {
            double x = x(tick);
            line(html, x, TOP, x, HEIGHT - BOTTOM);
            text(html, "", x, HEIGHT - BOTTOM + 14, "middle", across.label().apply(tick));
        }
        for (int i = 0; i < lines.size(); i++) {
            curve(html, lines.get(i), "s" + i);
            text(
                    html,
                    "s" + i,
                    LEFT + 8,
                    TOP + 14 + i * LEGEND_STEP,
                    "start",
                    lines.get(i).label());
        }
        html.end().end();
    }

    private void curve(Html html, Line line, String style) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            path.append(path.isEmpty() ? "M" : "L")
                    .append(number(x(point.across())))
                    .append(' ')
                    .append(number(y(point.up())))
                    .append(' ');
        }
        html.begin("path", "class", "line " + style, "d", path.toString().strip())
                .end();
        for (Point point : line.points()) {
            html.begin(
                            "circle",
                            "class",
                            "dot " + style,
                            "cx",
                            number(x(point.across())),
                            "cy",
                            number(y(point.up())),
                            "r",
                            "2")
                    .end();
        }
    }

    private static void line(Html html, double x1, double y1, double x2, double y2) {
        html.begin("line", "class", "grid", "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2))
                .end();
    }

    private static void text(Html html, String style, double x, double y, String anchor, String words) {
        html.begin("text", "class", style, "x", number(x), "y", number(y), "text-anchor", anchor)
                .text(words)
                .end();
    }

    private double x(double value) {
        return LEFT + across.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - up.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
