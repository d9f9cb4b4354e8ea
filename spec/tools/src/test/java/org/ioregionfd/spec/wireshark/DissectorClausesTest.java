// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The dissector's clause ids are the document's. */
class DissectorClausesTest {
    @Test
    void everyClauseThatTheDissectorNamesIsInTheDocument() {
        Set<String> ids = new TreeSet<>();
        for (JsonNode clause : SpecFiles.json("registry/clauses.json").get("clauses")) {
            ids.add(clause.get("id").asString());
        }
        Set<String> named = new TreeSet<>();
        Matcher id = Pattern.compile("\\b[A-Z][A-Z0-9]{1,2}-[0-9]{3}\\b").matcher(SpecFiles.text(LuaTables.FILE));
        while (id.find()) {
            named.add(id.group());
        }
        assertTrue(named.size() > 40, "too few were found to mean anything: " + named);
        named.removeAll(ids);
        assertEquals(Set.of(), named);
    }
}
