// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each fault fits the present sources, and breaks a clause of its side. This takes a moment, before any peer is built with a
 * fault.
 */
class FaultTest {
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
    }
}
