// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.ioregionfd.spec.model.Tlc.Outcome;
import org.ioregionfd.spec.model.Tlc.Run;
import org.ioregionfd.spec.model.Tlc.Size;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The promises of the handshake hold in the model, and each of them can be broken by a wrong rule. */
class ModelTest {
    /**
     * The configurations that must hold, with the least number of distinct states, because a model in which nothing can
     * happen keeps every promise.
     */
    private static final Map<String, Integer> HOLDING =
            Map.of("main.cfg", 180_000, "liveness.cfg", 4_500, "strange-device.cfg", 9_000, "strange-kvm.cfg", 4_000);

    private static final List<ModelConfiguration> FAULTS = ModelConfiguration.readAll("faults");
    private static final List<ModelConfiguration> LIMITS = ModelConfiguration.readAll("limits");

    private static final ExecutorService TWO_AT_A_TIME = Executors.newFixedThreadPool(2);
    private static final Map<String, Future<Outcome>> OUTCOMES = new LinkedHashMap<>();

    @BeforeAll
    static void startAllRuns() {
        start("Check.tla", "main.cfg");
        HOLDING.keySet().stream().filter(name -> !name.equals("main.cfg")).forEach(name -> start("Check.tla", name));
        Stream.of(FAULTS, LIMITS).flatMap(List::stream).forEach(fault -> start("Faults.tla", fault.name()));
    }

    @AfterAll
    static void stopRuns() {
        TWO_AT_A_TIME.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> everyPromiseHolds() {
        return HOLDING.keySet().stream()
                .sorted()
                .map(name -> dynamicTest(name, () -> {
                    Outcome outcome = outcome(name);
                    assertEquals(Tlc.HOLDS, outcome.exitStatus(), outcome::output);
                    assertTrue(outcome.distinctStates() >= HOLDING.get(name), outcome::output);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyWrongRuleBreaksItsPromise() {
        assertTrue(FAULTS.size() >= 8, "too few faults to mean anything: " + FAULTS.size());
        return FAULTS.stream().map(fault -> dynamicTest(fault.title(), () -> isRefuted(fault)));
    }

    @TestFactory
    Stream<DynamicTest> whatCannotBePromisedIsRefuted() {
        assertTrue(
                LIMITS.stream().anyMatch(limit -> limit.promises().contains("BothOpenOrNeither")),
                "the tempting promise that both sides open or neither has gone");
        return LIMITS.stream().map(limit -> dynamicTest(limit.title(), () -> isRefuted(limit)));
    }

    private static void isRefuted(ModelConfiguration configuration) throws InterruptedException {
        assertEquals(1, configuration.promises().size(), configuration.promises()::toString);
        String promise = configuration.promises().get(0);
        Outcome outcome = outcome(configuration.name());
        String output = outcome.output();
        // TLC does not name the property of whole runs that it refutes, so the configuration has only one.
        if (output.contains("Invariant " + promise + " is violated.")) {
            assertEquals(Tlc.INVARIANT_REFUTED, outcome.exitStatus(), output);
        } else {
            assertEquals(Tlc.PROPERTY_REFUTED, outcome.exitStatus(), output);
            assertTrue(
                    output.contains("Action property " + promise + " is violated.")
                            || output.contains("Temporal properties were violated."),
                    output);
        }
    }

    private static void start(String module, String configuration) {
        Run run = new Run(module, configuration, Size.IN_EVERY_BUILD);
        OUTCOMES.put(configuration, TWO_AT_A_TIME.submit(() -> Tlc.check(run)));
    }

    private static Outcome outcome(String configuration) throws InterruptedException {
        try {
            return OUTCOMES.get(configuration).get();
        } catch (ExecutionException e) {
            throw new AssertionError(configuration, e.getCause());
        }
    }
}
