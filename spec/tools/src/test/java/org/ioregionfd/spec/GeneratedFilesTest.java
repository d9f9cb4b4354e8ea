// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every generated file matches its source; spec/generate writes those that do not. */
class GeneratedFilesTest {
    @TestFactory
    Stream<DynamicTest> isWhatItIsGeneratedFrom() {
        return GeneratedFiles.contents().entrySet().stream()
                .map(file -> DynamicTest.dynamicTest(file.getKey(), () -> holds(file.getKey(), file.getValue())));
    }

    /** Octets as characters, so that a text that differs is shown as text. */
    private static void holds(String name, byte[] expected) throws IOException {
        byte[] written = Files.readAllBytes(SpecFiles.SPEC.resolve(name));
        assertEquals(
                new String(expected, StandardCharsets.ISO_8859_1), new String(written, StandardCharsets.ISO_8859_1));
    }
}
