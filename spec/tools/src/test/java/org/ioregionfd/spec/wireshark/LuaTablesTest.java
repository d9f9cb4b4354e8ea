// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.Test;

/**
 * The dissector's numbers are the registry's and its clause ids the document's; after a change of the registry
 * {@code mvn -pl spec/tools -am test -Dtests.required=false -Dtest=LuaTablesTest -Dspec.regenerate} writes the tables anew.
 */
class LuaTablesTest {
    private static final String DISSECTOR = "wireshark/ioregionfd.lua";

    @Test
    void tablesAreWhatTheRegistrySays() throws IOException {
        String written = SpecFiles.text(DISSECTOR);
        String expected = LuaTables.regenerate(written, SpecFiles.json("registry/registry.json"));
        if (System.getProperty("spec.regenerate") != null) {
            Files.writeString(SpecFiles.SPEC.resolve(DISSECTOR), expected);
        }
        assertEquals(expected, SpecFiles.text(DISSECTOR));
    }

    @Test
    void everyClauseThatTheDissectorNamesIsInTheDocument() {
        Set<String> ids = new TreeSet<>();
        for (JsonNode clause : SpecFiles.json("registry/clauses.json").get("clauses")) {
            ids.add(clause.get("id").asText());
        }
        Set<String> named = new TreeSet<>();
        Matcher id = Pattern.compile("\\b[A-Z][A-Z0-9]{1,2}-[0-9]{3}\\b").matcher(SpecFiles.text(DISSECTOR));
        while (id.find()) {
            named.add(id.group());
        }
        assertTrue(named.size() > 40, "too few were found to mean anything: " + named);
        named.removeAll(ids);
        assertEquals(Set.of(), named);
    }
}
