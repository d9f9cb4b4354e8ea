// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

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
        return JSON.readTree(SPEC.resolve(name).toFile());
    }

    /** A member of an entry, as text. */
    public static String text(JsonNode entry, String member) {
        return entry.get(member).asString();
    }

    /** A member of an entry, as a number. */
    public static int number(JsonNode entry, String member) {
        return entry.get(member).asInt();
    }

    public static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** The registry's note on the fields of that name; it is the same for all of them. */
    public static String only(JsonNode registry, String field, String member) {
        List<String> values = stream(registry.get("frames"))
                .flatMap(frame -> stream(frame.get("fields")))
                .filter(candidate -> text(candidate, "name").equals(field))
                .map(candidate -> text(candidate, member))
                .distinct()
                .toList();
        if (values.size() != 1) {
            throw new IllegalStateException("not one %s of every %s, but %s".formatted(member, field, values));
        }
        return values.get(0);
    }

    /** The text with another region between its marks. */
    public static String withRegion(String text, String begin, String region, String end) {
        int first = text.indexOf(begin) + begin.length();
        int last = text.indexOf(end);
        if (first < begin.length() || last < first) {
            throw new IllegalStateException("the marks of the generated region are lost: " + begin);
        }
        return text.substring(0, first) + region + text.substring(last);
    }

    /** The members as one line of JSON. */
    static String line(Record members) {
        return JSON.writeValueAsString(members);
    }

    /** The members as JSON with a line for each. */
    static String pretty(Map<String, String> members) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(members);
    }
}
