// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of the document, read where they stand in the tree. */
public final class SpecFiles {
    /** The folder of the document, one up from the module's own, in which Maven runs tests. */
    public static final Path SPEC = Path.of("").toAbsolutePath().getParent();

    private static final ObjectMapper JSON = new ObjectMapper();

    private SpecFiles() {}

    public static String text(String name) {
        try {
            return Files.readString(SPEC.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonSchema schema(String name) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(json(name));
    }

    public static JsonNode json(String name) {
        try {
            return JSON.readTree(SPEC.resolve(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
