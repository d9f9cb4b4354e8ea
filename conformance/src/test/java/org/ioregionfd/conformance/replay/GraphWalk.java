// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.replay.StateGraph.State;
import org.ioregionfd.conformance.replay.StateGraph.Step;

/**
 * Takes a machine over every step of its side in a graph: from an initial state along a shortest path to the step's
 * beginning, and over the step. Each step gets a machine of its own.
 */
final class GraphWalk {
    /**
     * One side of a walk.
     *
     * @param own the steps that are the side's
     * @param begin a machine in an initial state
     */
    record Side(Predicate<Step> own, Function<State, Replay> begin) {}

    private final String name;
    private final StateGraph graph;
    private final Side side;
    private final Map<Long, Step> last = new HashMap<>();
    private final List<State> reached = new ArrayList<>();
    private final Map<String, Integer> taken = new TreeMap<>();

    GraphWalk(String name, StateGraph graph, Side side) {
        this.name = name;
        this.graph = graph;
        this.side = side;
        reach();
    }

    /** Takes all steps, and counts those of each action. The first difference is an AssertionError. */
    Map<String, Integer> takeAllSteps() {
        for (State state : reached) {
            for (Step step : graph.stepsFrom(state)) {
                if (side.own().test(step)) {
                    take(step);
                    taken.merge(step.action(), 1, Integer::sum);
                }
            }
        }
        return taken;
    }

    private void reach() {
        ArrayDeque<State> waiting = new ArrayDeque<>(graph.initialStates());
        Set<Long> seen = new HashSet<>();
        waiting.forEach(state -> seen.add(state.id()));
        while (!waiting.isEmpty()) {
            State state = waiting.remove();
            reached.add(state);
            for (Step step : graph.stepsFrom(state)) {
                if (seen.add(step.to().id())) {
                    last.put(step.to().id(), step);
                    waiting.add(step.to());
                }
            }
        }
    }

    private void take(Step step) {
        List<Step> path = path(step);
        Replay replay = side.begin().apply(path.get(0).from());
        for (int i = 0; i < path.size(); i++) {
            try {
                replay.take(path.get(i));
            } catch (AssertionError | RuntimeException difference) {
                throw new AssertionError(inWords(path.subList(0, i + 1), difference), difference);
            }
        }
    }

    /** From an initial state, the step included. */
    private List<Step> path(Step step) {
        List<Step> path = new ArrayList<>(List.of(step));
        for (Step before = last.get(step.from().id());
                before != null;
                before = last.get(before.from().id())) {
            path.add(before);
        }
        Collections.reverse(path);
        return path;
    }

    private String inWords(List<Step> path, Throwable difference) {
        Step step = path.get(path.size() - 1);
        String actions = path.stream().map(Step::action).collect(Collectors.joining(", "));
        return "\n  graph  " + name + ".dot"
                + "\n  k      " + step.from().get("k")
                + "\n  d      " + step.from().get("d")
                + "\n  on     " + step.from().get("channel")
                + "\n  path   " + actions
                + "\n  toD    " + step.from().get("toD")
                + "\n  toK    " + step.from().get("toK")
                + "\n  " + (difference instanceof AssertionError ? difference.getMessage() : difference)
                + "\n";
    }
}
