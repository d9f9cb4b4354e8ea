// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The suite is tested by wrong peers: each named fault fails a check of the clause that it breaks. The compiled peers stay in
 * target/faults, where a user can start them by hand. {@link KillMatrix} tests more; with it, {@code
 * -DexcludedGroups=faults-by-clause} leaves this out.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("faults")
@Tag("faults-by-clause")
class FaultsIT {
    @TestFactory
    Stream<DynamicTest> deviceFaultIsFound() throws IOException {
        return tests(Fault.Peer.DEVICE);
    }

    @TestFactory
    Stream<DynamicTest> kvmFaultIsFound() throws IOException {
        return tests(Fault.Peer.KVM);
    }

    @TestFactory
    Stream<DynamicTest> faultOfTheDeviceInCIsFound() throws IOException {
        return tests(Fault.Peer.C_DEVICE);
    }

    @TestFactory
    Stream<DynamicTest> faultOfTheKvmSideInCIsFound() throws IOException {
        return tests(Fault.Peer.C_KVM);
    }

    @TestFactory
    Stream<DynamicTest> faultOfTheDeviceInRustIsFound() throws IOException {
        return tests(Fault.Peer.RUST_DEVICE);
    }

    private Stream<DynamicTest> tests(Fault.Peer peer) throws IOException {
        return Fault.of(peer).stream()
                .filter(fault -> fault.as() == Fault.As.USUAL)
                .filter(fault -> fault.equivalent().isEmpty())
                .map(fault ->
                        DynamicTest.dynamicTest(fault.name() + " breaks " + fault.clause(), () -> isFound(fault)));
    }

    private void isFound(Fault fault) throws IOException, InterruptedException, ReflectiveOperationException {
        Function<Path, Process> program = FaultyPeer.of(fault);
        List<World.Verdict> verdicts =
                fault.check().isPresent() ? judge(fault, fault.check().get(), program) : List.of();
        if (!isKilled(fault, verdicts)) {
            verdicts = judge(fault, fault.clause(), program);
        }
        List<World.Verdict> found = verdicts;
        assertTrue(
                isKilled(fault, found),
                () -> fault.name() + " was not found by " + fault.clause() + ", but instead: "
                        + found.stream()
                                .filter(verdict -> !verdict.verdict().equals("passed"))
                                .toList());
    }

    /** The verdicts of the checks that are called {@code only} or cite it, with one seed after the other until one finds the fault. */
    private static List<World.Verdict> judge(Fault fault, String only, Function<Path, Process> program)
            throws ReflectiveOperationException {
        List<World.Verdict> verdicts = List.of();
        for (long seed = World.SEED; seed < World.SEED + World.OCCASIONS && !isKilled(fault, verdicts); seed++) {
            verdicts = World.judge(new World.Run(
                    fault.peer().role(),
                    List.of(only),
                    seed,
                    World.answerWithinMillis(fault.run()),
                    fault.run().name(),
                    World.ONE_FAILURE,
                    program));
        }
        return verdicts;
    }

    private static boolean isKilled(Fault fault, List<World.Verdict> verdicts) {
        return verdicts.stream()
                .anyMatch(verdict -> verdict.isKill() && verdict.clauses().contains(fault.clause()));
    }
}
