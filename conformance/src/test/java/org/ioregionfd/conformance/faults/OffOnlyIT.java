// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ioregionfd.conformance.programs.Programs;
import org.ioregionfd.conformance.report.Forms;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** KVM sides that take their host for a big-endian one: they can only be OFF there, and say so. */
@Tag("system")
@Execution(ExecutionMode.CONCURRENT)
class OffOnlyIT {
    @TempDir
    private Path folder;

    @Test
    void aDriverInCSaysSoAndTheVerdictIsOfThatAlone() throws IOException, InterruptedException {
        Fault.Change change = new Fault.Change(
                Programs.ROOT.resolve("spec/c/ioregionfd_state.h"),
                "return *(const __u8 *)&one == 0;",
                "return *(const __u8 *)&one == 1;");
        Path driver = FaultyProgram.of(Fault.planted(Fault.Peer.C_KVM, "big-endian-host", "DRV-008", change));

        hasTheVerdict(driver + " --unix {socket}");
    }

    @Test
    void soDoesTheOneInJava() throws IOException, InterruptedException {
        Fault.Change change = new Fault.Change(
                Programs.ROOT.resolve("reference-kvm-side/src/main/java/org/ioregionfd/kvm/KvmPolicy.java"),
                "return build(ByteOrder.nativeOrder());",
                "return build(ByteOrder.BIG_ENDIAN);");
        Path classes = FaultyClasses.of(Fault.planted(Fault.Peer.KVM, "big-endian-host", "DRV-008", change));
        List<String> words = Programs.java(
                "-cp",
                classes + File.pathSeparator + Programs.KVM_JAR,
                "org.ioregionfd.kvm.cli.KvmMain",
                "driver",
                "--unix",
                "{socket}");

        hasTheVerdict(String.join(" ", words));
    }

    private void hasTheVerdict(String command) throws IOException, InterruptedException {
        Path json = folder.resolve("report.json");
        Programs.Ended run = Programs.run(
                Programs.suite("kvm", "--exec", command, "--quick", "--seed", "1", "--report-json", json.toString()));
        Programs.Ended doctor = Programs.run(Programs.suite("doctor", "kvm", "--exec", command));

        assertAll(
                () -> assertEquals(0, run.exitCode(), run::toString),
                () -> assertTrue(
                        run.out()
                                .contains(
                                        " KVM side: conformant as far as its host allows, where K can only be OFF (CHN-012), "),
                        run::toString),
                () -> assertTrue(Files.readString(json).contains("\"outcome\": \"off_only\""), "report"),
                () -> assertEquals(List.of(), Forms.faultsOfJson(Files.readString(json), "/report.schema.json")),
                () -> assertTrue(
                        Files.readString(json)
                                .contains("\"name\": \"DRV-008/a-k-that-can-only-be-off-says-so-and-is-off\""),
                        "the check of what it says"),
                () -> assertEquals(5, doctor.exitCode(), doctor::toString),
                () -> assertTrue(doctor.out().contains("lacks  it connects on request: "), doctor::toString));
    }
}
