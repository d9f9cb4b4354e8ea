// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The files of the document, read where they stand in the tree. */
public final class SpecFiles {
    /** The folder of the document, one up from the module's own, in which the command and the tests run. */
    public static final Path SPEC = Path.of("..").toAbsolutePath().normalize();

    private static final ObjectMapper JSON = new ObjectMapper();

    private SpecFiles() {}

    public static String text(String name) {
        try {
            return Files.readString(SPEC.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(String name) {
        try {
            return JSON.readTree(SPEC.resolve(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The members as one line of JSON. */
    static String line(Map<String, String> members) {
        return written(JSON.writer(), members);
    }

    /** The members as JSON with a line for each. */
    static String pretty(Map<String, String> members) {
        return written(JSON.writerWithDefaultPrettyPrinter(), members);
    }

    private static String written(ObjectWriter writer, Map<String, String> members) {
        try {
            return writer.writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
