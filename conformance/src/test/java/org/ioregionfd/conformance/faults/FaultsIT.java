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
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ioregionfd.conformance.programs.Programs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The suite is tested by wrong peers: each named fault fails a run of the checks of its group, and the failure names the clause
 * that it breaks. What was compiled stays in target/faults, where a user can start it by hand.
 */
@Execution(ExecutionMode.CONCURRENT)
class FaultsIT {
    /** So that a fault that makes the peer silent does not take the whole run's patience. */
    private static final int ANSWER_WITHIN_MILLIS = 400;

    private static final long SEED = 1;

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

    private Stream<DynamicTest> tests(Fault.Peer peer) throws IOException {
        return Fault.of(peer).stream()
                .map(fault ->
                        DynamicTest.dynamicTest(fault.name() + " breaks " + fault.clause(), () -> isFound(fault)));
    }

    private void isFound(Fault fault) throws IOException, InterruptedException, ReflectiveOperationException {
        if (fault.as() == Fault.As.PROCESS) {
            isFoundFromOutside(fault);
            return;
        }
        Function<Path, Process> program =
                ReferencePeer.of(fault.peer().role(), Optional.of(BentClasses.of(fault)), List.of());
        List<World.Verdict> verdicts = World.judge(new World.Run(
                fault.peer().role(),
                List.of(fault.area()),
                SEED,
                ANSWER_WITHIN_MILLIS,
                fault.run().name(),
                program));
        assertTrue(
                verdicts.stream()
                        .anyMatch(
                                verdict -> verdict.isKill() && verdict.clause().equals(fault.clause())),
                () -> "found instead: "
                        + verdicts.stream()
                                .filter(verdict -> !verdict.verdict().equals("passed"))
                                .toList());
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
                    failed.add(check.getAsJsonObject()
                            .getAsJsonArray("clauses")
                            .get(0)
                            .getAsString());
                }
            }
        }
        return failed;
    }
}
