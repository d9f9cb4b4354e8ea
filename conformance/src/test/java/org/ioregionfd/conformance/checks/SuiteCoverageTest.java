// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.checks.kvm.KvmSuite;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Check.Judged;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the checks with the clauses of the document. */
class SuiteCoverageTest {
    private final ClauseBook clauses = ClauseBook.standard();
    private final ClauseKinds kinds = ClauseKinds.standard();

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
    void everyClauseIsCheckedOrSaysWhyItCannotBeSeen(Sender side) {
        Set<String> cited = cited(classes(side));
        Set<String> unchecked = clauses.all().stream()
                .filter(clause -> clause.binds(side))
                .map(ClauseText::id)
                .filter(id -> !cited.contains(id))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(ofKind(side, Kind.UNTESTABLE), unchecked);
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void whatIsJudgedByTimeOrByChanceSaysSo(Sender side) {
        for (Kind kind : List.of(Kind.TIMED, Kind.STOCHASTIC)) {
            Set<String> judged = Check.in(classes(side)).stream()
                    .filter(check -> Optional.ofNullable(check.method().getAnnotation(Judged.class))
                            .filter(judging -> judging.by() == kind)
                            .isPresent())
                    .map(Check::clause)
                    .collect(Collectors.toCollection(TreeSet::new));

            assertEquals(ofKind(side, kind), judged);
        }
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void everyClauseThatIsNotSimplyTestedBindsTheSideAndSaysWhy(Sender side) {
        kinds.exceptions(side).forEach((id, entry) -> {
            assertTrue(clauses.find(id).filter(clause -> clause.binds(side)).isPresent(), id);
            assertNotEquals(Kind.TESTED, entry.kind(), id);
            assertFalse(entry.reason().isBlank(), id);
        });
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

    private Set<String> ofKind(Sender side, Kind kind) {
        return kinds.exceptions(side).entrySet().stream()
                .filter(entry -> entry.getValue().kind() == kind)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Class<?>> classes(Sender side) {
        return side == Sender.D ? DeviceSuite.classes() : KvmSuite.classes();
    }

    private static Set<String> cited(List<Class<?>> classes) {
        return Check.in(classes).stream()
                .flatMap(check -> check.clauses().stream())
                .collect(Collectors.toSet());
    }
}
