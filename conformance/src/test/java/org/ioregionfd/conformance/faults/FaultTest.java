// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.checks.kvm.KvmSuite;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each fault fits the present sources, and breaks a clause of its side. This takes a moment, before any peer is built with a
 * fault.
 */
class FaultTest {
    private static final List<Check> OF_DEVICES = Check.in(DeviceSuite.classes());
    private static final List<Check> OF_KVM_SIDES = Check.in(KvmSuite.classes());

    @TestFactory
    Stream<DynamicTest> fits() throws IOException {
        return Fault.all().stream()
                .map(fault ->
                        DynamicTest.dynamicTest(fault.peer().folder() + "/" + fault.name(), () -> assertFits(fault)));
    }

    /** What {@code linux/run faults} builds modules with, which takes a kernel. */
    @TestFactory
    Stream<DynamicTest> fitsTheModule() throws IOException {
        return Fault.ofModule().stream()
                .map(fault -> DynamicTest.dynamicTest("linux/" + fault.name(), () -> assertFits(fault)));
    }

    private static void assertFits(Fault fault) throws IOException {
        assertFalse(fault.faultySources().isEmpty());
        assertFalse(fault.says().isEmpty());
        assertTrue(
                ClauseBook.standard()
                        .find(fault.clause())
                        .filter(clause -> clause.binds(fault.side()))
                        .isPresent(),
                fault::clause);
        fault.check().ifPresent(name -> assertCites(name, fault));
    }

    /** A check that is called otherwise now would only make the tests slow. */
    private static void assertCites(String name, Fault fault) {
        assertTrue(
                (fault.side() == Sender.D ? OF_DEVICES : OF_KVM_SIDES)
                        .stream()
                                .anyMatch(check -> check.name().equals(name)
                                        && check.clauses().contains(fault.clause())),
                () -> name + " is no check of " + fault.clause());
    }
}
