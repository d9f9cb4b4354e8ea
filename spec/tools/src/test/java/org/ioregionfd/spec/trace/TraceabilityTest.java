// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.Test;

/**
 * Every MUST is obeyed somewhere, and no sentence changes while its checks stay unread. That every clause is checked, or says why
 * not, is held where the checks are.
 *
 * <p>After a change {@code mvn -pl spec/tools -am test -Dtests.required=false -Dtest=TraceabilityTest -Dspec.regenerate} writes the table anew. When the checks
 * of a changed sentence have been looked at, {@code -Dspec.reviewed} writes the sentences' new sums.
 */
class TraceabilityTest {
    private static final String TABLE = "traceability.md";
    private static final String REVIEWED = "registry/reviewed.json";

    private final Traceability trace = new Traceability();
    private final Map<String, String> unseen = unseen();
    private final List<JsonNode> clauses = new ArrayList<>();

    TraceabilityTest() {
        SpecFiles.json("registry/clauses.json").get("clauses").forEach(clauses::add);
    }

    @Test
    void everyMustIsCitedInTheCodeThatObeysIt() {
        List<String> uncited = clauses.stream()
                .filter(clause -> clause.get("level").asText().startsWith("MUST"))
                .map(clause -> clause.get("id").asText())
                .filter(id -> trace.code(id).isEmpty() && !unseen.containsKey(id))
                .toList();
        assertEquals(List.of(), uncited);
    }

    @Test
    void noSentenceChangedWhileItsChecksStayedUnread() throws IOException {
        Map<String, String> sums = new TreeMap<>();
        clauses.forEach(clause ->
                sums.put(clause.get("id").asText(), sum(clause.get("sentence").asText())));
        if (System.getProperty("spec.reviewed") != null) {
            String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(sums);
            Files.writeString(SpecFiles.SPEC.resolve(REVIEWED), json + "\n");
        }
        Map<String, String> reviewed = new TreeMap<>();
        SpecFiles.json(REVIEWED)
                .properties()
                .forEach(e -> reviewed.put(e.getKey(), e.getValue().asText()));
        Set<String> changed = new TreeSet<>(reviewed.keySet());
        changed.addAll(sums.keySet());
        changed.removeIf(id -> Objects.equals(reviewed.get(id), sums.get(id)));
        assertEquals(Set.of(), changed, "read the checks of these sentences, then run with -Dspec.reviewed");
    }

    @Test
    void tableIsWhatTheTreeSays() throws IOException {
        StringBuilder table = new StringBuilder("""
                # Where each clause is modelled, tried, checked and obeyed

                Generated from the document, the model, the vectors, the conformance suite and the reference peers. A clause without a
                check says why.

                | clause | level | model | vectors that break it | checks | code |
                |---|---|---|---|---|---|
                """);
        for (JsonNode clause : clauses) {
            String id = clause.get("id").asText();
            String checks = trace.checks(id).isEmpty()
                    ? "none: " + unseen.getOrDefault(id, "")
                    : String.join("<br>", trace.checks(id));
            table.append("| [%s](handshake.md#%s) | %s %s | %s | %s | %s | %s |\n"
                    .formatted(
                            id,
                            id,
                            clause.get("who").asText(),
                            clause.get("level").asText(),
                            String.join("<br>", trace.model(id)),
                            trace.vectors(id).isEmpty() ? "" : trace.vectors(id).size(),
                            checks,
                            String.join("<br>", trace.code(id))));
        }
        if (System.getProperty("spec.regenerate") != null) {
            Files.writeString(SpecFiles.SPEC.resolve(TABLE), table.toString());
        }
        assertEquals(table.toString(), SpecFiles.text(TABLE), TABLE + " is not what the tree says");
    }

    /** Why no check sees a clause, as the conformance suite says it for each side. */
    private static Map<String, String> unseen() {
        Map<String, String> reasons = new TreeMap<>();
        for (JsonNode side : SpecFiles.json("../conformance/src/main/resources/kinds.json")) {
            side.properties().stream()
                    .filter(entry -> entry.getValue().get("kind").asText().equals("untestable"))
                    .forEach(entry -> reasons.put(
                            entry.getKey(), entry.getValue().get("reason").asText()));
        }
        return reasons;
    }

    private static String sum(String sentence) {
        CRC32C crc = new CRC32C();
        crc.update(sentence.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
