// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.junit.jupiter.api.Test;

class ClauseBookTest {

    @Test
    void knowsTheClausesTheSuiteWasBuiltWith() {
        ClauseText clause = ClauseBook.standard().find("SEL-013").orElseThrow();

        assertAll(
                () -> assertEquals(ClauseText.Level.MUST, clause.level()),
                () -> assertEquals("SEL", clause.group()),
                () -> assertTrue(clause.binds(Sender.D)),
                () -> assertFalse(clause.binds(Sender.K)),
                () -> assertTrue(clause.sentence().contains("VERSION_NOT_OFFERED")));
    }

    @Test
    void leavesOutTheLinksOfASentence() {
        String linked = row("A-1", "MUST").replace("\"s\"", "\"as [SEL-017](#SEL-017) in [9.6](#96-x) `[a]`\"");
        assertEquals(
                "as SEL-017 in 9.6 `[a]`",
                ClauseBook.parse(linked).find("A-1").orElseThrow().sentence());
    }

    @Test
    void countsTheNegativeLevelsWithThePositiveOnes() {
        ClauseBook book = ClauseBook.parse(row("A-1", "MUST NOT"));

        assertEquals(ClauseText.Level.MUST, book.find("A-1").orElseThrow().level());
    }

    @Test
    void refusesALevelOrASecondClauseThatItCannotTellApart() {
        assertAll(
                () -> assertThrows(IllegalArgumentException.class, () -> ClauseBook.parse(row("A-1", "must"))),
                () -> assertThrows(
                        IllegalArgumentException.class,
                        () -> ClauseBook.parse(row("A-1", "MUST").replace("[", "[" + entry("A-1", "MAY") + ","))));
    }

    private static String row(String id, String level) {
        return "{\"clauses\":[" + entry(id, level) + "]}";
    }

    private static String entry(String id, String level) {
        return "{\"id\":\"%s\",\"level\":\"%s\",\"who\":\"D\",\"section\":\"1\",\"sentence\":\"s\"}"
                .formatted(id, level);
    }
}
