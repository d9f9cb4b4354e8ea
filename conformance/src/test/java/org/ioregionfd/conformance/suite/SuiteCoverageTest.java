// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.engine.Check;
import org.ioregionfd.conformance.oracle.ClauseBook;
import org.ioregionfd.conformance.oracle.ClauseText;
import org.ioregionfd.conformance.oracle.Sender;
import org.ioregionfd.conformance.suite.device.DeviceSuite;
import org.ioregionfd.conformance.suite.kvm.KvmSuite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks and the clauses of the document, held against each other. */
class SuiteCoverageTest {
    private final ClauseBook clauses = ClauseBook.standard();

    @Test
    void everyCheckOfADeviceCitesClausesThatBindADevice() {
        assertEquals(Set.of(), strangers(DeviceSuite.classes(), Sender.D));
    }

    @Test
    void everyCheckOfAKvmSideCitesClausesThatBindAKvmSide() {
        assertEquals(Set.of(), strangers(KvmSuite.classes(), Sender.K));
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void everyClauseIsCheckedOrSaysWhyItCannotBeSeen(Sender side) throws IOException {
        Set<String> cited = cited(side == Sender.D ? DeviceSuite.classes() : KvmSuite.classes());
        Set<String> unchecked = clauses.all().stream()
                .filter(clause -> clause.binds(side))
                .map(ClauseText::id)
                .filter(id -> !cited.contains(id))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> explained = new TreeSet<>();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/unseen.json"))) {
            JsonParser.parseReader(reader).getAsJsonObject().getAsJsonObject(side.name()).entrySet().stream()
                    .filter(reason -> !reason.getValue().getAsString().isBlank())
                    .forEach(reason -> explained.add(reason.getKey()));
        }

        assertEquals(explained, unchecked);
    }

    @Test
    void thereAreAsManyChecksAsOneWouldExpect() {
        assertTrue(Check.in(DeviceSuite.classes()).size() > 250);
    }

    private Set<String> strangers(List<Class<?>> classes, Sender side) {
        return cited(classes).stream()
                .filter(id ->
                        clauses.find(id).filter(clause -> clause.binds(side)).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> cited(List<Class<?>> classes) {
        return Check.in(classes).stream()
                .flatMap(check -> check.clauses().stream())
                .collect(Collectors.toSet());
    }
}
