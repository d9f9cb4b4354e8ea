// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ioregionfd.spec.html.StateGraph.Arrow;

/**
 * A state diagram as a picture for a phone. The states are below each other, with an arrow down to the next one. Every other
 * arrow is a line under its event, out to a lane at the right that leads to its target state.
 */
final class StateDiagram {
    private static final int WIDTH = 360;
    private static final int BOX_LEFT = 4;
    private static final int BOX_WIDTH = 108;
    private static final int BOX_RIGHT = BOX_LEFT + BOX_WIDTH;
    private static final int SPINE = BOX_LEFT + 22;
    private static final int LINE = 14;
    /** From the last line of a text to the line under it. */
    private static final int UNDERLINE = 4;

    private static final int LANE = 12;
    private static final int ARROW = 7;
    /** Characters that fit in a line of a box. */
    private static final int NAME_LENGTH = 12;
    /** Characters that fit between a box and the lanes. */
    private static final int EVENT_LENGTH = 37;
    /** Characters that fit between an arrow down and the lanes. */
    private static final int STEP_LENGTH = 48;

    private final StateGraph graph;
    private final Map<String, Integer> lanes = new LinkedHashMap<>();
    private final Map<String, Integer> entries = new HashMap<>();
    private final List<Stub> stubs = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder();
    private int y;

    /** The beginning of an arrow that uses a lane. */
    private record Stub(String to, int y) {}

    private StateDiagram(StateGraph graph) {
        this.graph = graph;
    }

    /** The picture of a mermaid state diagram. */
    static String of(String mermaid) {
        StateDiagram diagram = new StateDiagram(StateGraph.of(mermaid));
        diagram.draw();
        return "<svg class=\"states\" role=\"img\" aria-label=\"state diagram\" viewBox=\"0 0 %d %d\">\n%s</svg>"
                .formatted(WIDTH, diagram.y + 2, diagram.svg);
    }

    private void draw() {
        List<String> states = graph.states();
        List<String> targets = states.stream()
                .filter(to ->
                        graph.arrows().stream().anyMatch(arrow -> arrow.to().equals(to) && !isStep(arrow)))
                .toList();
        for (String to : targets) {
            lanes.put(to, WIDTH - ARROW - LANE * (targets.size() - 1 - lanes.size()));
        }
        svg.append("<circle cx=\"%d\" cy=\"6\" r=\"5\"/>\n".formatted(SPINE));
        y = 11;
        down(LINE);
        for (String state : states) {
            box(state);
            List<String> step = graph.arrows().stream()
                    .filter(arrow -> arrow.from().equals(state) && isStep(arrow))
                    .map(Arrow::event)
                    .toList();
            if (!step.isEmpty()) {
                step(step);
            } else if (!state.equals(states.get(states.size() - 1))) {
                y += LINE;
            }
        }
        lanes.forEach(this::lane);
    }

    /** Whether an arrow leads to the state that is drawn next. */
    private boolean isStep(Arrow arrow) {
        return graph.states().indexOf(arrow.to()) == graph.states().indexOf(arrow.from()) + 1;
    }

    private void box(String state) {
        int top = y;
        if (lanes.containsKey(state)) {
            y += LANE;
            entries.put(state, y);
            y += UNDERLINE;
        }
        for (Arrow arrow : graph.arrows()) {
            if (arrow.from().equals(state) && !isStep(arrow)) {
                text(wrapped(arrow.event(), EVENT_LENGTH), BOX_RIGHT + ARROW);
                y += UNDERLINE;
                stubs.add(new Stub(arrow.to(), y));
            }
        }
        List<String> name = wrapped(state.replace('_', ' '), NAME_LENGTH);
        int bottom = Math.max(y + UNDERLINE, top + LINE * (name.size() + 1));
        svg.append("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>\n"
                .formatted(graph.isFinal(state) ? "final" : "state", BOX_LEFT, top, BOX_WIDTH, bottom - top));
        y = (top + bottom - LINE * name.size()) / 2 - UNDERLINE / 2;
        svg.append("<g class=\"name\">\n");
        text(name, BOX_LEFT + 6);
        svg.append("</g>\n");
        y = bottom;
    }

    private void step(List<String> events) {
        int top = y;
        y += UNDERLINE;
        events.forEach(event -> text(wrapped(event, STEP_LENGTH), SPINE + ARROW + 3));
        int height = y + UNDERLINE + ARROW - top;
        y = top;
        down(height);
    }

    private void down(int height) {
        path("way", "M%d %dv%d".formatted(SPINE, y, height - ARROW));
        y += height;
        path("head", "M%d %dl-4 -%d h8z".formatted(SPINE, y, ARROW));
    }

    private void lane(String to, int x) {
        int entry = Objects.requireNonNull(entries.get(to));
        int first = entry;
        String kind = graph.isFinal(to) ? "way final" : "way";
        for (Stub stub : stubs) {
            if (stub.to().equals(to)) {
                first = Math.min(first, stub.y());
                path(kind, "M%d %dH%d".formatted(BOX_RIGHT, stub.y(), x));
            }
        }
        path(kind, "M%d %dV%dH%d".formatted(x, first, entry, BOX_RIGHT + ARROW));
        path("head", "M%d %dl%d -4v8z".formatted(BOX_RIGHT, entry, ARROW));
    }

    private void path(String kind, String way) {
        svg.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(kind, way));
    }

    private void text(List<String> lines, int x) {
        for (String line : lines) {
            y += LINE;
            svg.append("<text x=\"%d\" y=\"%d\">%s</text>\n".formatted(x, y, Markup.escaped(line)));
        }
    }

    private static List<String> wrapped(String words, int length) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : words.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > length) {
                lines.add(line);
                line = "";
            }
            line = line.isEmpty() ? word : line + " " + word;
        }
        lines.add(line);
        return lines;
    }
}
