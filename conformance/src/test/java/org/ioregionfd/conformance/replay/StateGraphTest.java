// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ioregionfd.conformance.replay.StateGraph.State;
import org.ioregionfd.conformance.replay.StateGraph.Step;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model's graphs for the replay can be read, and hold every event of the document's tables. */
class StateGraphTest {
    private static final Map<String, StateGraph> GRAPHS = new TreeMap<>();

    @BeforeAll
    static void readTheGraphs() throws IOException {
        for (String name : List.of("pair", "strange-device", "strange-kvm")) {
            GRAPHS.put(name, ModelFiles.graph(name));
        }
    }

    @Test
    void everyActionOfTheModelIsASomewhereTakenStep() throws IOException {
        Set<String> taken = new TreeSet<>();
        GRAPHS.values().forEach(graph -> graph.steps().forEach(step -> taken.add(step.action())));
        assertEquals(ModelFiles.actions(), taken);
    }

    @Test
    void everyStateIsReachedAndOnlyTheLastOnesRest() {
        GRAPHS.forEach((name, graph) -> {
            Set<Long> reached = new TreeSet<>();
            graph.initialStates().forEach(state -> reached.add(state.id()));
            graph.steps().forEach(step -> reached.add(step.to().id()));
            assertEquals(graph.states().size(), reached.size(), name);
            for (State state : graph.states()) {
                List<Step> steps = graph.stepsFrom(state);
                assertFalse(steps.isEmpty(), () -> name + ": nothing is possible in " + state);
                boolean rests = steps.stream().anyMatch(step -> step.to().equals(step.from()));
                assertEquals(
                        rests, steps.stream().anyMatch(step -> step.action().equals("Rests")), name);
            }
        });
    }

    @Test
    void theStepsOfTheGraphsAreTheTransitionsOfTheDocument() throws IOException {
        for (JsonElement element : ModelFiles.documentStates().getAsJsonArray("sides")) {
            JsonObject side = element.getAsJsonObject();
            JsonArray rows = side.getAsJsonArray("transitions");
            Set<String> states = new TreeSet<>();
            rows.forEach(row -> states.addAll(List.of(name(row, "state"), name(row, "next"))));
            states.remove("any");
            Set<String> document = new TreeSet<>();
            for (JsonElement row : rows) {
                String from = name(row, "state");
                (from.equals("any") ? states : Set.of(from))
                        .forEach(state -> document.add(state + " -> " + name(row, "next")));
            }
            // The tables do not list steps that stay in a state; a legacy device and a stranger have states of their
            // own.
            document.removeIf(transition -> transition.matches("(.*) -> \\1"));

            String variable = side.get("side").getAsString().equals("K") ? "kState" : "dState";
            Set<String> model = new TreeSet<>();
            for (StateGraph graph : GRAPHS.values()) {
                for (Step step : graph.steps()) {
                    String from = step.from().get(variable).text();
                    String to = step.to().get(variable).text();
                    if (!from.equals(to) && states.containsAll(Set.of(from, to))) {
                        model.add(from + " -> " + to);
                    }
                }
            }
            assertEquals(document, model);
        }
    }

    /** The name of a state in the model, which keeps the version of Open in another variable. */
    private static String name(JsonElement row, String member) {
        return row.getAsJsonObject().get(member).getAsString().replaceFirst(", version.*", "");
    }

    @Test
    void aRunOfTwoDefaultPeersOpensInTheDocumentsSixSteps() {
        StateGraph graph = GRAPHS.get("pair");
        State state = graph.initialStates().stream()
                .filter(initial -> initial.get("k").field("mode").text().equals("attached")
                        && initial.get("k").field("policy").text().equals("PREFER")
                        && initial.get("k").field("pin").field("kind").text().equals("NONE")
                        && !initial.get("k").field("early").truth()
                        && initial.get("d").field("kind").text().equals("aware")
                        && initial.get("d").field("policy").text().equals("ALLOW")
                        && initial.get("d").field("versions").elements().size() == 2
                        && initial.get("d").field("features").elements().size() == 2
                        && initial.get("toK").sequence().isEmpty()
                        && !initial.get("channel").field("loss").truth())
                .findFirst()
                .orElseThrow();
        for (String action :
                List.of("KSendsHello", "DTakesHello", "KTakesOffer", "KSendsSelect", "DTakesSelect", "KTakesAccept")) {
            state = graph.stepsFrom(state).stream()
                    .filter(step -> step.action().equals(action))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(action + " is not possible"))
                    .to();
        }
        assertEquals("Open", state.get("kState").text());
        assertEquals("Open", state.get("dState").text());
        assertEquals(2, state.get("kAgreed").field("version").number());
        assertEquals(
                Set.of(new TlaValue.Text("POSTED_WRITES"), new TlaValue.Text("FENCE")),
                state.get("kAgreed").field("features").elements());
    }

    @Test
    void readsEveryFormOfAValue() {
        assertEquals(
                new TlaValue.Fields(Map.of(
                        "a", new TlaValue.Sequence(List.of(new TlaValue.Int(-1), new TlaValue.Int(20))),
                        "b", new TlaValue.Elements(Set.of(new TlaValue.Text("x"))),
                        "c", new TlaValue.Sequence(List.of()),
                        "d", new TlaValue.Elements(Set.of()),
                        "e", new TlaValue.Truth(true),
                        "f", new TlaValue.Fields(Map.of("g", new TlaValue.Truth(false))))),
                TlaReader.value(
                        "[ a |-> <<-1, 20>>,\n  b |-> {\"x\"}, c |-> <<>>, d |-> {}, e |-> TRUE, f |-> [g |-> FALSE] ]"));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        for (String text : List.of("", "1..3", "(1 :> 2)", "[a |-> 1", "{1, }", "\"x", "1 2", "[a = 1]", "-")) {
            assertThrows(IllegalArgumentException.class, () -> TlaReader.value(text), text);
        }
    }

    @Test
    void refusesAGraphWithALineThatItDoesNotKnow(@TempDir Path directory) throws IOException {
        Path dot = directory.resolve("graph.dot");
        Files.writeString(dot, "1 [label=\"/\\\\ a = 1\",style = filled]\n1 -> 1 [label=\"\",color=\"black\"];\n");
        assertThrows(IllegalArgumentException.class, () -> StateGraph.read(dot));
        Files.writeString(dot, "1 [label=\"/\\\\ a = 1\",style = filled]\n1 -> 2 [label=\"A\",color=\"black\"];\n");
        assertThrows(IllegalArgumentException.class, () -> StateGraph.read(dot));
        Files.writeString(dot, "1 [label=\"/\\\\ a = 1\",style = filled]\n1 -> 1 [label=\"A\",color=\"black\"];\n");
        assertTrue(StateGraph.read(dot).initialStates().get(0).get("a").number() == 1);
    }
}
