// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ioregionfd.conformance.programs.Programs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The suite is tested by wrong peers: each named fault fails a check of the clause that it breaks. What was compiled stays in target/faults, where a user can start it by hand.
 */
@Execution(ExecutionMode.CONCURRENT)
class FaultsIT {
    /** So that a fault that makes the peer silent does not take the whole run's patience. */
    private static final int ANSWER_WITHIN_MILLIS = 400;

    private static final long SEED = 1;

    /** A peer on a busy machine may do the wrong thing too late to be caught at it: it is given several occasions. */
    private static final int RUNS = 3;

    @TempDir
    private Path temporary;

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

    private Stream<DynamicTest> tests(Fault.Peer peer) throws IOException {
        return Fault.of(peer).stream()
                .filter(fault -> fault.equivalent().isEmpty())
                .map(fault ->
                        DynamicTest.dynamicTest(fault.name() + " breaks " + fault.clause(), () -> isFound(fault)));
    }

    private void isFound(Fault fault) throws IOException, InterruptedException, ReflectiveOperationException {
        if (fault.as() == Fault.As.PROCESS) {
            isFoundFromOutside(fault);
            return;
        }
        Function<Path, Process> program = BentPeer.of(fault);
        List<World.Verdict> verdicts = List.of();
        for (long seed = SEED; seed < SEED + RUNS && !isKilled(fault, verdicts); seed++) {
            verdicts = World.judge(new World.Run(
                    fault.peer().role(),
                    List.of(fault.clause()),
                    seed,
                    ANSWER_WITHIN_MILLIS,
                    fault.run().name(),
                    program));
        }
        List<World.Verdict> found = verdicts;
        assertTrue(
                isKilled(fault, found),
                () -> "found instead: "
                        + found.stream()
                                .filter(verdict -> !verdict.verdict().equals("passed"))
                                .toList());
    }

    private static boolean isKilled(Fault fault, List<World.Verdict> verdicts) {
        return verdicts.stream()
                .anyMatch(verdict -> verdict.isKill() && verdict.clauses().contains(fault.clause()));
    }

    /** Peer and suite as processes, as their users start them; only the checks of the clause, since each start takes a second. */
    private void isFoundFromOutside(Fault fault) throws IOException, InterruptedException {
        boolean isDevice = fault.peer() == Fault.Peer.DEVICE;
        String classPath =
                BentClasses.of(fault) + File.pathSeparator + (isDevice ? Programs.DEVICE_JAR : Programs.KVM_JAR);
        String peer = String.join(" ", Programs.java("-cp", classPath))
                + (isDevice ? " org.ioregionfd.device.cli.DeviceMain serve" : " org.ioregionfd.kvm.cli.KvmMain driver")
                + " --unix {socket}";
        Path report = temporary.resolve(fault.name() + ".json");
        List<String> command = Programs.suite(
                fault.peer().role(),
                "--exec",
                peer,
                "--only",
                fault.clause(),
                "--seed",
                Long.toString(SEED),
                "--timeout-ms",
                Integer.toString(ANSWER_WITHIN_MILLIS),
                "--repeats",
                "0",
                "--report-json",
                report.toString());
        if (fault.run() == Fault.Run.QUICK) {
            command.add("--quick");
        }
        Programs.Ended run = Programs.run(command);
        assertEquals(1, run.exitCode(), run::toString);
        List<String> broken = failedClauses(report);
        assertTrue(broken.contains(fault.clause()), () -> "found " + broken + " instead\n" + run);
        assertTrue(run.out().contains(fault.clause()), run::toString);
    }

    private static List<String> failedClauses(Path report) throws IOException {
        List<String> failed = new ArrayList<>();
        for (JsonElement subject : JsonParser.parseString(Files.readString(report))
                .getAsJsonObject()
                .getAsJsonArray("subjects")) {
            for (JsonElement check : subject.getAsJsonObject().getAsJsonArray("checks")) {
                if (check.getAsJsonObject().get("verdict").getAsString().equals("failed")) {
                    check.getAsJsonObject()
                            .getAsJsonArray("clauses")
                            .forEach(clause -> failed.add(clause.getAsString()));
                }
            }
        }
        return failed;
    }
}
