// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page makes of the drawings, headings and clauses of a text. */
class PagePartsTest {
    @Test
    void aFieldThatDoesNotEndWithItsRowGoesOnInTheNext() {
        String grid = ByteGrid.of("""
                byte  0       14
                     +-------+-------+
                     | a_b   |   0   |
                     +-------+-------+
                """).orElseThrow();
        List<String> cells = List.of(
                "<td colspan=\"8\" class=\"field\"><small>0..7</small> a_<wbr/>b</td>",
                "<td colspan=\"6\" class=\"field\"><small>8..13</small> a_<wbr/>b</td>",
                "<td colspan=\"2\" class=\"zero\"><small>14..15</small> 0</td>",
                "<td colspan=\"8\" class=\"zero\"><small>24..31</small> 0</td>");
        cells.forEach(cell -> assertTrue(grid.contains(cell), grid));
    }

    @Test
    void refusesAByteDiagramThatLacksALabel() {
        String text = "byte  0  8\n  +----+\n  | a  |\n  +----+\n";
        assertThrows(IllegalStateException.class, () -> ByteGrid.of(text));
    }

    @Test
    void aMessageGoesWhereItsArrowPoints() {
        String ladder = Ladder.of("""
                one                two
                 |  ASK   for < 2     |
                 |------------------->|
                 |  TELL              |
                 |<-------------------|
                """).orElseThrow();
        assertTrue(ladder.contains("<p class=\"right\"><b>ASK</b> for &lt; 2</p>"), ladder);
        assertTrue(ladder.contains("<p class=\"left\">TELL</p>"), ladder);
    }

    @Test
    void bytesOfATranscriptStandInEights() {
        String bytes = "00 01 02 03 04 05 06 07";
        String text = "K  HELLO\n   " + String.join("  ", List.of(bytes, bytes, bytes, bytes)) + "\n";
        String transcript = Transcript.of(text).orElseThrow();
        assertEquals(4, transcript.split("<code>" + bytes + "</code>", -1).length - 1, transcript);
    }

    @Test
    void otherTextIsNoPicture() {
        String text = "-> {\"id\": 1}\n<- {\"id\": 1}\n";
        assertEquals(Optional.empty(), ByteGrid.of(text));
        assertEquals(Optional.empty(), Ladder.of(text));
        assertEquals(Optional.empty(), Transcript.of(text));
    }

    @Test
    void aStateStandsBelowAllThatLeadToIt() {
        StateGraph graph = StateGraph.of("""
                stateDiagram-v2
                    [*] --> A
                    A --> End : fails
                    A --> B : goes on
                    B --> C : goes on
                    B --> End : fails
                    C --> End : fails
                """);
        assertEquals(List.of("A", "B", "C", "End"), graph.states());
        assertTrue(graph.isFinal("End"));
    }

    @Test
    void refusesALineThatIsNoArrow() {
        String text = "stateDiagram-v2\n    [*] --> A\n    A -> B\n";
        assertThrows(IllegalStateException.class, () -> StateGraph.of(text));
    }

    @Test
    void headingsHaveTheAnchorsThatGitHubGivesThem() {
        String text = "# 5.2 HELLO (K)\n## A: b, `c_d`\n## Twice\n## Twice\n";
        assertEquals(
                List.of("52-hello-k", "a-b-c_d", "twice", "twice-1"),
                List.copyOf(HeadingAnchors.of(HandshakePage.tree(text)).values()));
    }

    @Test
    void idsOfClausesThatExistAreLinksInRunningTextAndLinkedFilesPartsOfThePage(@TempDir Path folder)
            throws IOException {
        Files.writeString(folder.resolve("y.json"), "a < b\n");
        String page = HandshakePage.of("""
                # T
                ## S
                <a id="AB-001"></a>**AB-001** (K and D, MAY) Both MAY.

                See AB-001, AB-002, `AB-001` and [x](y.json).
                """, folder);
        assertTrue(
                page.contains(
                        "<p>See <a href=\"#AB-001\">AB-001</a>, <span class=\"whole\">AB-002</span>, <code class=\"whole\">AB-001</code> and"
                                + " <a href=\"#y.json\">x</a>.</p>"),
                page);
        assertTrue(page.contains("<details id=\"y.json\">"), page);
        assertTrue(page.contains("<code>a &lt; b\n</code>"), page);
    }

    @Test
    void refusesAClauseThatBindsNobody() {
        String text = "# T\n## S\n<a id=\"AB-001\"></a>**AB-001** (MUST) It MUST.\n";
        assertThrows(IllegalStateException.class, () -> HandshakePage.of(text, Path.of("")));
    }
}
