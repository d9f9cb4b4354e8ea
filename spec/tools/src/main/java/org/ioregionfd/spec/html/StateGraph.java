// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** States and arrows of a mermaid state diagram. The states are in the best order for drawing them below each other. */
record StateGraph(List<String> states, List<Arrow> arrows) {
    /** One way from a state to another. */
    record Arrow(String from, String to, String event) {}

    private static final Pattern START = Pattern.compile("\\[\\*] --> (\\w+)");
    private static final Pattern ARROW = Pattern.compile("(\\w+) --> (\\w+) : (.+)");

    /** The first line names the kind of diagram, the second the first state. */
    static StateGraph of(String mermaid) {
        List<String> lines = mermaid.lines().map(String::strip).toList();
        if (!lines.get(0).equals("stateDiagram-v2")
                || !START.matcher(lines.get(1)).matches()) {
            throw new IllegalStateException("not a state diagram: " + lines.get(0));
        }
        List<Arrow> arrows = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            Matcher arrow = ARROW.matcher(line);
            if (!arrow.matches()) {
                throw new IllegalStateException("not an arrow: " + line);
            }
            arrows.add(new Arrow(arrow.group(1), arrow.group(2), arrow.group(3)));
        }
        return new StateGraph(ordered(arrows), List.copyOf(arrows));
    }

    /** States without a way out. */
    boolean isFinal(String state) {
        return arrows.stream().noneMatch(arrow -> arrow.from().equals(state));
    }

    /** Every state comes after those that lead to it, and directly after one of them if possible: reverse postorder. */
    private static List<String> ordered(List<Arrow> arrows) {
        Map<String, List<String>> nextLastFirst = new HashMap<>();
        Deque<String> lastFirst = new ArrayDeque<>();
        for (Arrow arrow : arrows) {
            if (!nextLastFirst.containsKey(arrow.from())) {
                lastFirst.addFirst(arrow.from());
            }
            nextLastFirst
                    .computeIfAbsent(arrow.from(), from -> new ArrayList<>())
                    .add(0, arrow.to());
        }
        Deque<String> order = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        lastFirst.forEach(state -> visit(state, nextLastFirst, seen, order));
        return List.copyOf(order);
    }

    private static void visit(String state, Map<String, List<String>> next, Set<String> seen, Deque<String> order) {
        if (seen.add(state)) {
            next.getOrDefault(state, List.of()).forEach(to -> visit(to, next, seen, order));
            order.addFirst(state);
        }
    }
}
