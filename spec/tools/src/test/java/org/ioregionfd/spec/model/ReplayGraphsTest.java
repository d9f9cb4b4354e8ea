// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ioregionfd.spec.model.Tlc.Outcome;
import org.ioregionfd.spec.model.Tlc.Run;
import org.ioregionfd.spec.model.Tlc.Size;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The small graphs are there to be replayed: {@code target/model/replay/*.dot}, read by the conformance module's tests. */
class ReplayGraphsTest {
    @TestFactory
    Stream<DynamicTest> writesEveryStateThatTlcHasCounted() {
        List<ModelConfiguration> configurations = ModelConfiguration.readAll("replay");
        assertTrue(configurations.size() >= 3, "too few graphs to mean anything: " + configurations);
        return configurations.stream()
                .map(configuration -> dynamicTest(configuration.title(), () -> writesEveryState(configuration)));
    }

    private static void writesEveryState(ModelConfiguration configuration) throws IOException {
        Path dot = Tlc.WORK.resolve("replay").resolve(configuration.title() + ".dot");
        Outcome outcome = Tlc.checkAndDump(new Run("Check.tla", configuration.name(), Size.IN_EVERY_BUILD), dot);
        assertEquals(Tlc.HOLDS, outcome.exitStatus(), outcome::output);
        try (Stream<String> lines = Files.lines(dot)) {
            // A state has no arrow and is labelled with its variables; it is written once.
            long states = lines.filter(line -> line.matches("-?\\d+ \\[label=\"/.*"))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .distinct()
                    .count();
            assertEquals(outcome.distinctStates(), states);
        }
    }
}
