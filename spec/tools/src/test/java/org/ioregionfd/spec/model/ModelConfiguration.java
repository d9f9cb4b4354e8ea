// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A configuration of the model.
 *
 * @param name its file, relative to the folder of the model
 * @param promises the names of its invariants and properties
 */
record ModelConfiguration(String name, List<String> promises) {
    private static final Set<String> KEYWORDS =
            Set.of("SPECIFICATION", "CONSTANTS", "INVARIANT", "INVARIANTS", "PROPERTY", "PROPERTIES", "CHECK_DEADLOCK");

    static ModelConfiguration read(String name) {
        return new ModelConfiguration(name, promisesIn(Tlc.MODEL.resolve(name)));
    }

    /** All configurations of a folder of the model, by name. */
    static List<ModelConfiguration> readAll(String folder) {
        try (Stream<Path> files = Files.list(Tlc.MODEL.resolve(folder))) {
            return files.map(file -> read(folder + "/" + file.getFileName()))
                    .sorted((a, b) -> a.name().compareTo(b.name()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's name without folder and ending. */
    String title() {
        return name.replaceFirst(".*/", "").replaceFirst("\\.cfg$", "");
    }

    private static List<String> promisesIn(Path file) {
        try {
            List<String> promises = new ArrayList<>();
            String section = "";
            for (String line : Files.readAllLines(file)) {
                for (String word : line.replaceFirst("\\\\\\*.*", "").strip().split("\\s+", -1)) {
                    if (KEYWORDS.contains(word)) {
                        section = word;
                    } else if (!word.isEmpty() && (section.startsWith("INVARIANT") || section.startsWith("PROPERT"))) {
                        promises.add(word);
                    }
                }
            }
            return promises;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
