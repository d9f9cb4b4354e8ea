// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every build tries the inputs that fuzzing has kept, without the fuzzer. */
class CorpusTest {
    private static final Path INPUTS = Path.of(
            System.getProperty("basedir", ""), "src/test/resources/org/ioregionfd/wire/WireFuzzInputs/takesAnyBytes");

    @Test
    void everyInputThatWasKeptPasses() throws IOException {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(INPUTS)) {
            inputs = files.sorted().toList();
        }
        assertTrue(inputs.size() >= 40, "too few inputs to mean anything: " + inputs.size());
        for (Path input : inputs) {
            byte[] bytes = Files.readAllBytes(input);
            assertDoesNotThrow(() -> WireFuzz.attempt(bytes), input::toString);
        }
    }
}
