// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collections;
import org.ioregionfd.conformance.faults.Fault.Change;
import org.ioregionfd.conformance.programs.Programs;
import org.junit.jupiter.api.Test;

/**
 * The rules judge the suite's peers and the simulation alike, so no judge can find a fault in the rules. The reference
 * machines find it, because they were written apart: with a wrong rule, the simulation's judges find right machines wrong.
 * The document's vectors find it too.
 */
class RuleFaultsTest {
    /** More than enough: {@code SimulationTest} finds nothing in any of them, with the present rules. */
    private static final long WORLDS = 3_000;

    @Test
    void theDeviceSideNoticesAWrongAnswerToSelect() throws Exception {
        assertNoticed(
                "D sent",
                "SelectOracle",
                "if (window == 0 || window > offered.windowFor(version)) {",
                "if (window == 0 || window >= offered.windowFor(version)) {");
    }

    @Test
    void theDeviceSideNoticesAnotherConformanceDevice() throws Exception {
        assertNoticed(
                "D sent", "AnnexDevice", "long readsBefore = region.reads++;", "long readsBefore = ++region.reads;");
    }

    @Test
    void theKvmSideNoticesAWrongChoice() throws Exception {
        assertNoticed(
                "K sent", "OfferOracle", "Math.min(offer.maxInflight(), setup.maxInflight())", "offer.maxInflight()");
    }

    @Test
    void theVectorsNoticeAWrongDigest() throws Exception {
        ClassLoader faulty = faulty("Forge", "(byte) 0)", "(byte) 1)");
        Class<?> vectors = Class.forName("org.ioregionfd.conformance.rules.OracleVectorsTest", true, faulty);

        Throwable wrong = thrown(vectors, "computesTheDigestsOfWholeHandshakes");

        assertInstanceOf(AssertionError.class, wrong);
    }

    private static void assertNoticed(String says, String rule, String oldText, String newText) throws Exception {
        ClassLoader faulty = faulty(rule, oldText, newText);
        Class<?> simulation = Class.forName("org.ioregionfd.conformance.simulation.Simulation", true, faulty);

        Throwable wrong = thrown(simulation, "run", 1L, WORLDS);

        assertTrue(assertInstanceOf(AssertionError.class, wrong).getMessage().contains(says), wrong::getMessage);
    }

    private static Throwable thrown(Class<?> type, String name, Long... arguments) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructor();
        Method method = type.getDeclaredMethod(
                name, Collections.nCopies(arguments.length, long.class).toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        method.setAccessible(true);
        Object instance = constructor.newInstance();
        return assertThrows(InvocationTargetException.class, () -> method.invoke(instance, (Object[]) arguments))
                .getCause();
    }

    /** Loads the suite and its tests with one rule made wrong, and the machines as they are. */
    private static ClassLoader faulty(String rule, String oldText, String newText) throws IOException {
        Change change = new Change(
                Programs.ROOT.resolve("conformance/src/main/java/org/ioregionfd/conformance/rules/" + rule + ".java"),
                oldText,
                newText);
        return ChildFirst.ofRules(
                FaultyClasses.of(Fault.planted(Fault.Peer.DEVICE, "rule-" + rule, "SEL-006", change)));
    }
}
