// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state graph of the model, as TLC writes it with {@code -dump dot,actionlabels}. Every path from an initial state
 * is a run that the model allows; its steps are the events of one channel, one frame at most in each.
 *
 * <p>Immutable once read.
 */
public final class StateGraph {
    /**
     * A state of the model.
     *
     * @param id TLC's fingerprint of it
     * @param variables the values of all variables by name
     */
    public record State(long id, Map<String, TlaValue> variables) {
        /** The value of the named variable. */
        public TlaValue get(String variable) {
            TlaValue value = variables.get(variable);
            if (value == null) {
                throw new IllegalArgumentException("the model has no variable " + variable);
            }
            return value;
        }
    }

    /** A step from one state to another by the named action of the model. */
    public record Step(State from, String action, State to) {}

    private static final Pattern NODE = Pattern.compile("(-?\\d+) \\[label=\"(.*)\"(,style = filled)?\\];?");
    private static final Pattern EDGE = Pattern.compile("(-?\\d+) -> (-?\\d+) \\[label=\"(\\w+)\".*");

    private final Map<Long, State> states = new LinkedHashMap<>();
    private final List<State> initialStates = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Long, List<Step>> stepsFrom = new LinkedHashMap<>();

    private StateGraph() {}

    /** Reads the graph; a line about a state or a step that is not understood is an error. */
    public static StateGraph read(Path dot) throws IOException {
        StateGraph graph = new StateGraph();
        // Steps may stand before the states that they lead to.
        List<Matcher> edges = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(dot)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher node = NODE.matcher(line);
                Matcher edge = EDGE.matcher(line);
                if (edge.matches()) {
                    edges.add(edge);
                } else if (node.matches()) {
                    graph.addState(node);
                } else if (line.contains("label=")) {
                    throw new IllegalArgumentException("neither a state nor a step: " + line);
                }
            }
        }
        edges.forEach(graph::addStep);
        return graph;
    }

    /** All states, in the order in which TLC found them. */
    public List<State> states() {
        return List.copyOf(states.values());
    }

    /** The states in which runs begin. */
    public List<State> initialStates() {
        return List.copyOf(initialStates);
    }

    /** All steps. A run that has ended rests: a step from its last state to itself. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** The steps that are possible in a state. */
    public List<Step> stepsFrom(State state) {
        return List.copyOf(stepsFrom.getOrDefault(state.id(), List.of()));
    }

    private void addState(Matcher node) {
        long id = Long.parseLong(node.group(1));
        String label = node.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
        State state = new State(id, Map.copyOf(TlaReader.state(label)));
        if (states.putIfAbsent(id, state) == null && node.group(3) != null) {
            initialStates.add(state);
        }
    }

    private void addStep(Matcher edge) {
        Step step = new Step(state(edge.group(1)), edge.group(3), state(edge.group(2)));
        steps.add(step);
        stepsFrom.computeIfAbsent(step.from().id(), id -> new ArrayList<>()).add(step);
    }

    private State state(String id) {
        State state = states.get(Long.valueOf(id));
        if (state == null) {
            throw new IllegalArgumentException("a step of a state that is not in the graph: " + id);
        }
        return state;
    }
}
