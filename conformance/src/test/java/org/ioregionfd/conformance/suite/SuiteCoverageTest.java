// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
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

/** The checks and the clauses of the document, held against each other. */
class SuiteCoverageTest {
    /** Clauses of the device side that a suite cannot see from outside, and why. */
    private static final Map<String, String> UNSEEN_OF_D = Map.of(
            "CHN-003", "a device's own short writes cannot be brought about within a window",
            "CHN-005", "the JDK has no SEQPACKET sockets",
            "POL-005", "a device under OFF is a legacy device, and is not judged",
            "SEL-017", "what a device's user requires is not on the wire before the SELECT",
            "SEL-018", "it allows, and asks for nothing");

    private final ClauseBook clauses = ClauseBook.standard();

    @Test
    void everyCheckOfADeviceCitesClausesThatBindADevice() {
        assertEquals(Set.of(), strangers(DeviceSuite.classes(), Sender.D));
    }

    @Test
    void everyCheckOfAKvmSideCitesClausesThatBindAKvmSide() {
        assertEquals(Set.of(), strangers(KvmSuite.classes(), Sender.K));
    }

    @Test
    void everyClauseThatBindsADeviceIsCheckedOrKnownToBeUnseen() {
        Set<String> cited = cited(DeviceSuite.classes());
        Set<String> unchecked = clauses.all().stream()
                .filter(clause -> clause.binds(Sender.D))
                .map(ClauseText::id)
                .filter(id -> !cited.contains(id))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(new TreeSet<>(UNSEEN_OF_D.keySet()), unchecked);
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
