// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The schema of a driver's lines accepts what annex A shows, knows its words, and accepts nothing else. */
class DriverSchemaTest {
    private static final String FILE = "registry/driver.schema.json";

    private final Schema schema = Schemas.of(FILE);
    private final String annex = annexOf(SpecFiles.text("handshake.md"));

    @Test
    void everyLineThatTheAnnexShowsFits() {
        List<String> lines = annex.lines()
                .filter(line -> line.matches(" {4}(->|<-) .*"))
                .map(line -> line.substring(7).replace("\"open\", ...}", "\"offered\"}"))
                .toList();
        assertEquals(6, lines.size());
        lines.forEach(line -> assertEquals(List.of(), schema.validate(line, InputFormat.JSON), line));
    }

    @Test
    void everyWordAndMemberOfTheSchemaStandsInTheAnnex() {
        Set<String> words = new TreeSet<>();
        collectWords(SpecFiles.json(FILE).get("$defs"), words);
        words.removeAll(registered("features"));
        Set<String> said = Pattern.compile("[`\"]([A-Za-z_-]+)[`\"]")
                .matcher(annex)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(words.size() > 40, words.toString());
        words.removeAll(said);
        assertEquals(Set.of(), words);
    }

    @Test
    void featuresAreThoseOfTheRegistry() {
        Set<String> named = new TreeSet<>();
        SpecFiles.json(FILE).at("/$defs/features/items/enum").forEach(name -> named.add(name.asString()));
        assertEquals(registered("features"), named);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'op': 'read', 'region': '0x1', 'offset': '0x0', 'size': 4}",
                "{'id': 1, 'op': 'read', 'region': 1, 'offset': '0x0', 'size': 4}",
                "{'id': 1, 'op': 'read', 'region': '0x1', 'offset': '0x0', 'size': 9}",
                "{'id': 1, 'op': 'write', 'region': '0x1', 'offset': '0x0', 'size': 4}",
                "{'id': 1, 'op': 'jump'}",
                "{'id': 1, 'op': 'run', 'access': 'read', 'region': '0x1', 'offset': '0x0', 'size': 4}",
                "{'id': 1, 'op': 'run', 'access': 'write', 'region': '0x1', 'offset': '0x0', 'size': 4, 'count': 1}",
                "{'id': 1, 'op': 'run', 'access': 'fence', 'region': '0x1', 'offset': '0x0', 'size': 4, 'count': 1}",
                "{'id': 1, 'status': 'done', 'latency': [[1]], 'channel': {'state': 'idle'}}",
                "{'id': 1, 'op': 'connect', 'policy': 'allow'}",
                "{'id': 1, 'op': 'connect', 'colour': 'red'}",
                "{'id': 1, 'status': 'done'}",
                "{'id': 1, 'status': 'done', 'channel': {'state': 'open'}}",
                "{'id': 1, 'status': 'error', 'error': 'timeout', 'message': '', 'channel': {'state': 'idle'}}",
                "{'id': 1, 'status': 'unsupported'}"
            })
    void aLineThatTheAnnexDoesNotAllowDoesNotFit(String line) {
        assertFalse(schema.validate(line.replace('\'', '"'), InputFormat.JSON).isEmpty(), line);
    }

    private static void collectWords(JsonNode node, Set<String> words) {
        node.path("enum").forEach(word -> addWord(word, words));
        addWord(node.path("const"), words);
        node.path("properties").propertyNames().forEach(words::add);
        node.forEach(child -> collectWords(child, words));
    }

    private static void addWord(JsonNode word, Set<String> words) {
        if (word.isString()) {
            words.add(word.asString());
        }
    }

    private static Set<String> registered(String list) {
        Set<String> names = new TreeSet<>();
        SpecFiles.json("registry/registry.json")
                .get(list)
                .forEach(entry -> names.add(entry.get("name").asString()));
        return names;
    }

    private static String annexOf(String document) {
        return document.substring(document.indexOf("## Annex A."), document.indexOf("## Annex B."));
    }
}
