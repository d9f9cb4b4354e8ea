// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

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
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The suite is tested by wrong peers: each named fault fails a run of the checks of that area, and the failure names the clause
 * that it breaks. The bent classes stay in target/faults, where a user can start them by hand.
 */
@Execution(ExecutionMode.CONCURRENT)
class FaultsIT {
    /** So that a fault that makes the peer silent does not take the whole run's patience. */
    private static final String ANSWER_WITHIN_MILLIS = "400";

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> deviceFaultIsFound() throws IOException {
        return Fault.of("device").stream()
                .map(fault -> test(fault, "org.ioregionfd.device.cli.DeviceMain serve", Programs.DEVICE_JAR));
    }

    @TestFactory
    Stream<DynamicTest> kvmFaultIsFound() throws IOException {
        return Fault.of("kvm").stream()
                .map(fault -> test(fault, "org.ioregionfd.kvm.cli.KvmMain driver", Programs.KVM_JAR));
    }

    private DynamicTest test(Fault fault, String program, Path jar) {
        return DynamicTest.dynamicTest(fault.name() + " breaks " + fault.clause(), () -> isFound(fault, program, jar));
    }

    private void isFound(Fault fault, String program, Path jar) throws IOException, InterruptedException {
        String classPath = fault.compile() + File.pathSeparator + jar;
        String peer = String.join(" ", Programs.java("-cp", classPath)) + " " + program + " --unix {socket}";
        Path report = folder.resolve(fault.name() + ".json");
        List<String> command = Programs.suite(
                fault.role(),
                "--exec",
                peer,
                "--only",
                fault.area(),
                "--seed",
                "1",
                "--timeout-ms",
                ANSWER_WITHIN_MILLIS,
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
