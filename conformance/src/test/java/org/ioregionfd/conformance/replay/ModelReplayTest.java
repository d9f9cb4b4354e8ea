// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.ioregionfd.conformance.replay.GraphWalk.Side;
import org.ioregionfd.conformance.replay.StateGraph.Step;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Both reference machines do the same as the model on every step of its graphs. */
class ModelReplayTest {
    private static final Side KVM = new Side(KvmReplay::isOwn, KvmReplay::new);
    private static final Side DEVICE = new Side(DeviceReplay::isOwn, DeviceReplay::new);

    /**
     * Actions that no implementation shows: a stranger sends what it likes, a channel is lost of itself, a run that has
     * ended rests.
     */
    private static final Set<String> NOBODYS =
            Set.of("StrangerKSends", "StrangerKCloses", "StrangerDSends", "StrangerDCloses", "ChannelIsLost", "Rests");

    /** Actions of legacy devices and strangers, which an aware device also does under the policy OFF; these are replayed. */
    private static final Set<String> LEGACYS = Set.of("LegacyServes", "DSeesEnd");

    private static final Map<String, StateGraph> GRAPHS = new TreeMap<>();

    @BeforeAll
    static void readTheGraphs() throws IOException {
        for (String name : List.of("pair", "strange-device", "strange-kvm")) {
            GRAPHS.put(name, ModelFiles.graph(name));
        }
    }

    @Test
    void theKvmSideTakesEveryStepAgainstADeviceThatKeepsToTheDocument() {
        assertAllTaken("pair", KVM, 4_000);
    }

    @Test
    void theKvmSideTakesEveryStepAgainstADeviceThatSendsAnything() {
        assertAllTaken("strange-device", KVM, 10_000);
    }

    @Test
    void theDeviceSideTakesEveryStepAgainstAKvmThatKeepsToTheDocument() {
        assertAllTaken("pair", DEVICE, 2_000);
    }

    @Test
    void theDeviceSideTakesEveryStepAgainstAKvmThatSendsAnything() {
        assertAllTaken("strange-kvm", DEVICE, 1_000);
    }

    @Test
    void everyActionOfTheModelIsTakenByAMachineOrIsNobodys() throws IOException {
        Set<String> actions = new TreeSet<>(NOBODYS);
        actions.addAll(actions("pair", KvmReplay::isOwn));
        actions.addAll(actions("strange-device", KvmReplay::isOwn));
        actions.addAll(actions("pair", DeviceReplay::isOwn));
        actions.addAll(actions("strange-kvm", DeviceReplay::isOwn));
        assertEquals(ModelFiles.actions(), actions);
    }

    @Test
    void noStepIsPassedOverButThoseOfLegacyDevicesAndStrangers() {
        Predicate<Step> neither = step -> !KvmReplay.isOwn(step) && !DeviceReplay.isOwn(step);
        Set<String> allowed = new TreeSet<>(NOBODYS);
        allowed.addAll(LEGACYS);
        GRAPHS.forEach((name, graph) -> {
            Set<String> others = new TreeSet<>(actions(name, neither));
            others.removeAll(allowed);
            assertEquals(Set.of(), others, name);
        });
    }

    private static void assertAllTaken(String name, Side side, int stepsMin) {
        StateGraph graph = GRAPHS.get(name);
        Map<String, Integer> taken = new GraphWalk(name, graph, side).takeAllSteps();
        Map<String, Integer> all = byAction(graph.steps(), side.own());
        assertEquals(all, taken);
        int steps = taken.values().stream().mapToInt(Integer::intValue).sum();
        assertTrue(steps >= stepsMin, "too few steps to mean anything: " + taken);
    }

    private static Map<String, Integer> byAction(List<Step> steps, Predicate<Step> which) {
        Map<String, Integer> counts = new TreeMap<>();
        steps.stream().filter(which).forEach(step -> counts.merge(step.action(), 1, Integer::sum));
        return counts;
    }

    private static Set<String> actions(String name, Predicate<Step> which) {
        Set<String> actions = new TreeSet<>();
        GRAPHS.get(name).steps().stream().filter(which).forEach(step -> actions.add(step.action()));
        return actions;
    }
}
