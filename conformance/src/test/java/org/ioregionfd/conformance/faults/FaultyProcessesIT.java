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
import java.util.stream.Stream;
import org.ioregionfd.conformance.programs.Programs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Faults that end the process of a peer or its input: peer and suite run as their users start them. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyProcessesIT {
    @TempDir
    private Path temporary;

    @TestFactory
    Stream<DynamicTest> faultIsFound() throws IOException {
        return Fault.all().stream()
                .filter(fault -> fault.as() == Fault.As.PROCESS)
                .map(fault ->
                        DynamicTest.dynamicTest(fault.name() + " breaks " + fault.clause(), () -> isFound(fault)));
    }

    /** Only the checks of the clause, since each start takes a second. */
    private void isFound(Fault fault) throws IOException, InterruptedException {
        boolean isDevice = fault.peer() == Fault.Peer.DEVICE;
        String classPath =
                FaultyClasses.of(fault) + File.pathSeparator + (isDevice ? Programs.DEVICE_JAR : Programs.KVM_JAR);
        String peer = String.join(" ", Programs.java("-cp", classPath))
                + (isDevice ? " org.ioregionfd.device.cli.DeviceMain serve" : " org.ioregionfd.kvm.cli.KvmMain driver")
                + " --unix {socket}";
        Path report = temporary.resolve(fault.name() + ".json");
        List<String> command = Programs.suite(fault.peer().role(), "--exec", peer);
        String options = "--only %s --seed %d --timeout-ms %d --repeats 0 --report-json %s"
                .formatted(fault.clause(), World.SEED, World.ANSWER_WITHIN_MILLIS, report);
        command.addAll(List.of(options.split(" ", -1)));
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
