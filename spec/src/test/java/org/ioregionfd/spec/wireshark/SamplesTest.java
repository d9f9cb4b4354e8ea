// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.Test;

/**
 * The sample captures are what the vectors give; after a change of these
 * {@code mvn -pl spec test -Dtest=SamplesTest -Dspec.regenerate} writes them anew.
 */
class SamplesTest {
    private static final Path FOLDER = SpecFiles.SPEC.resolve("wireshark/samples");

    @Test
    void everySampleHasTheBytesThatTheVectorsGive() throws IOException {
        Map<String, byte[]> captures = Samples.captures();
        if (System.getProperty("spec.regenerate") != null) {
            for (Map.Entry<String, byte[]> capture : captures.entrySet()) {
                Files.write(FOLDER.resolve(capture.getKey()), capture.getValue());
            }
        }
        for (Map.Entry<String, byte[]> capture : captures.entrySet()) {
            assertArrayEquals(
                    capture.getValue(), Files.readAllBytes(FOLDER.resolve(capture.getKey())), capture.getKey());
        }
        assertEquals(new TreeSet<>(captures.keySet()), filesInFolder());
    }

    private static Set<String> filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }
}
