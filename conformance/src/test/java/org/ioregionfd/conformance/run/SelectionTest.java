// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Variant;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private static final List<Check> CHECKS = Check.in(List.of(Some.class));

    @Test
    void namesChecksByClauseAndMethod() {
        assertEquals(
                List.of("HEL-011/performs-the-read-once@plain", "SEL-013/refuses-a-version-below@plain"),
                names(CHECKS));
    }

    @Test
    void takesAllWithoutPrefixes() {
        assertEquals(CHECKS, Selection.ALL.of(CHECKS));
    }

    @Test
    void matchesPrefixesOfAnyCitedClauseAndOfNames() {
        assertAll(
                () -> assertEquals(2, select("HEL,SEL").size()),
                () -> assertEquals(List.of("HEL-011/performs-the-read-once@plain"), names(select("OFR-00"))),
                () -> assertEquals(1, select("SEL-013/refuses").size()),
                () -> assertEquals(0, select("EL-0").size()));
    }

    @Test
    void takesSmallLettersAndPatterns() {
        assertAll(
                () -> assertEquals(2, select("hel,sel").size()),
                () -> assertEquals(List.of("SEL-013/refuses-a-version-below@plain"), names(select("sel-01?"))),
                () -> assertEquals(List.of("SEL-013/refuses-a-version-below@plain"), names(select("*/refuses*"))),
                () -> assertEquals(List.of("HEL-011/performs-the-read-once@plain"), names(select("ofr-*"))),
                () -> assertEquals(0, select("*/refuses").size()),
                () -> assertEquals(0, select("sel.013").size()));
    }

    @Test
    void skipsWhatAPatternDecidesButNotWhatOnlyCitesIt() {
        assertAll(
                () -> assertEquals(
                        List.of("SEL-013/refuses-a-version-below@plain"),
                        names(new Selection(List.of(), List.of("hel")).of(CHECKS))),
                () -> assertEquals(
                        2,
                        new Selection(List.of(), List.of("OFR-003")).of(CHECKS).size()),
                () -> assertEquals(List.of(), new Selection(List.of("SEL"), List.of("*/refuses*")).of(CHECKS)),
                () -> assertEquals(List.of("ZZZ"), new Selection(List.of("SEL"), List.of("ZZZ")).unmatched(CHECKS)));
    }

    @Test
    void tellsWhatItHasAddedForWhatItCites() {
        assertAll(
                () -> assertEquals(
                        List.of("HEL-011/performs-the-read-once@plain"),
                        names(selection("OFR,SEL").added(CHECKS))),
                () -> assertEquals(List.of(), Selection.ALL.added(CHECKS)));
    }

    @Test
    void tellsWhichPrefixesMatchNothing() {
        assertEquals(List.of("ZZZ"), selection("HEL,ZZZ,SEL-013").unmatched(CHECKS));
    }

    @Test
    void seedsOfChecksDifferAndAreTheSameEachTime() {
        assertAll(
                () -> assertEquals(new Seed(7).forCheck("a"), new Seed(7).forCheck("a")),
                () -> assertNotEquals(new Seed(7).forCheck("a"), new Seed(7).forCheck("b")),
                () -> assertNotEquals(new Seed(7).forCheck("a"), new Seed(8).forCheck("a")));
    }

    private static List<Check> select(String prefixes) {
        return selection(prefixes).of(CHECKS);
    }

    private static Selection selection(String prefixes) {
        return new Selection(List.of(prefixes.split(",")));
    }

    private static List<String> names(List<Check> checks) {
        return checks.stream().map(Check::name).toList();
    }

    /** Inherited checks count for each class that has them. */
    abstract static class Shared {
        @Clause({"HEL-011", "OFR-003"})
        void performsTheReadOnce() {}
    }

    @Variant("plain")
    static final class Some extends Shared {
        @Clause("SEL-013")
        void refusesAVersionBelow() {}

        void isNoCheck() {}
    }
}
