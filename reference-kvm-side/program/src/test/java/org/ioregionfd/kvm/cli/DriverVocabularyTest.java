// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ioregionfd.kvm.cli.DriverRequest.UnsupportedException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The driver knows the words of the schema, each in its place, and no others. */
class DriverVocabularyTest {
    private static final Path SCHEMA = Path.of("../../spec/registry/driver.schema.json");

    @TestFactory
    Stream<DynamicTest> knowsTheMembersOfEachOp() throws IOException {
        Map<String, Set<String>> members = members();
        Set<String> all = new HashSet<>();
        members.values().forEach(all::addAll);
        return members.keySet().stream()
                .flatMap(op -> all.stream()
                        .map(name -> DynamicTest.dynamicTest(op + " " + name, () -> {
                            DriverRequest request = request(op, name);
                            if (members.get(op).contains(name)) {
                                assertDoesNotThrow(() -> DriverVocabulary.requireKnown(request));
                            } else {
                                assertThrows(UnsupportedException.class, () -> DriverVocabulary.requireKnown(request));
                            }
                        })));
    }

    @Test
    void knowsNoOtherOp() {
        assertThrows(UnsupportedException.class, () -> DriverVocabulary.requireKnown(request("juggle", "size")));
    }

    private static DriverRequest request(String op, String name) {
        return DriverRequest.parse("{\"id\": 1, \"op\": \"" + op + "\", \"" + name + "\": true}")
                .orElseThrow();
    }

    private static Map<String, Set<String>> members() throws IOException {
        JsonObject schema = JsonParser.parseString(Files.readString(SCHEMA)).getAsJsonObject();
        Map<String, Set<String>> members = new HashMap<>();
        for (JsonElement each :
                schema.getAsJsonObject("$defs").getAsJsonObject("request").getAsJsonArray("oneOf")) {
            JsonObject properties = each.getAsJsonObject().getAsJsonObject("properties");
            JsonObject op = properties.getAsJsonObject("op");
            List<JsonElement> ops = op.has("const")
                    ? List.of(op.get("const"))
                    : op.getAsJsonArray("enum").asList();
            Set<String> names = new HashSet<>(properties.keySet());
            names.removeAll(Set.of("id", "op"));
            ops.forEach(known -> members.put(known.getAsString(), names));
        }
        return members;
    }
}
