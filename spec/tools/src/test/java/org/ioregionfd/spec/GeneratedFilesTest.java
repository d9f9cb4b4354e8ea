// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is written once and stands in several places. The clauses are written in handshake.md, and clauses.json and the enum
 * Clause come from it; the numbers are written in the registry, and the document's tables and a region of the C header come
 * from there. After a change
 * {@code mvn -pl spec/tools -am test -Dtests.required=false -Dtest=GeneratedFilesTest -Dspec.regenerate} writes all of them anew.
 */
class GeneratedFilesTest {
    private static final boolean REGENERATE = System.getProperty("spec.regenerate") != null;

    private static final Pattern REGION = Pattern.compile("(?s)<!-- generated: ([^>]*) -->\n.*?<!-- end -->");

    private final HandshakeDocument document = new HandshakeDocument();
    private final List<HandshakeDocument.ClauseText> clauses = document.clauses();

    @Test
    void clausesJsonIsWhatTheDocumentSays() throws IOException {
        StringBuilder json = new StringBuilder("{\n  \"$schema\": \"./clauses.schema.json\",\n  \"clauses\": [\n");
        json.append(clauses.stream().map(c -> "    " + json(c)).collect(Collectors.joining(",\n")));
        String retired = document.retired().stream().map(id -> '"' + id + '"').collect(Collectors.joining(", "));
        json.append("\n  ],\n  \"retired\": [").append(retired).append("]\n}\n");
        holds("registry/clauses.json", json.toString());
    }

    @Test
    void theEnumClauseIsWhatTheDocumentSays() throws IOException {
        String constants =
                clauses.stream().map(c -> "    " + c.id().replace('-', '_')).collect(Collectors.joining(",\n"));
        holds("java/src/main/java/org/ioregionfd/wire/Clause.java", """
                // SPDX-License-Identifier: BSD-3-Clause
                package org.ioregionfd.wire;

                /** The ids of the document's clauses; the sentences stand in spec/handshake.md. Generated from it. */
                public enum Clause {
                %s;

                    private final String id;

                    Clause() {
                        id = name().replace('_', '-');
                    }

                    /** The id as the document spells it, for example SEL-011. */
                    public String id() {
                        return id;
                    }
                }
                """.formatted(constants));
    }

    @Test
    void theRegionOfTheCHeaderIsWhatTheRegistrySays() throws IOException {
        CHeader header = new CHeader(SpecFiles.json("registry/registry.json"));
        holds(CHeader.FILE, header.regenerated(SpecFiles.text(CHeader.FILE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"handshake.md", "../README.md"})
    void regionsOfATextAreWhatRegistryAndVectorsSay(String name) throws IOException {
        DocumentTables tables = new DocumentTables(clauses);
        String document = REGION.matcher(SpecFiles.text(name))
                .replaceAll(region -> Matcher.quoteReplacement("<!-- generated: " + region.group(1) + " -->\n"
                        + tables.region(region.group(1)) + "<!-- end -->"));
        holds(name, document);
    }

    private static String json(HandshakeDocument.ClauseText clause) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("id", clause.id());
        members.put("level", clause.level());
        members.put("who", clause.who());
        members.put("section", clause.section());
        members.put("sentence", clause.sentence());
        try {
            return new ObjectMapper().writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void holds(String name, String expected) throws IOException {
        if (REGENERATE) {
            Files.writeString(SpecFiles.SPEC.resolve(name), expected);
        }
        assertEquals(expected, SpecFiles.text(name), name + " is not what it is generated from");
    }
}
