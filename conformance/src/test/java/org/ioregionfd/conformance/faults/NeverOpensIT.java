// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.programs.Programs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A peer that opens no channel breaks few clauses, or none, and is not conformant: section 13 asks for an Open of version 1. */
@Tag("system")
@Execution(ExecutionMode.CONCURRENT)
class NeverOpensIT {
    private static final Path SELECT_CHECKS =
            Programs.ROOT.resolve("reference-device-side/src/main/java/org/ioregionfd/device/SelectChecks.java");
    private static final Path DRIVER =
            Programs.ROOT.resolve("reference-kvm-side/program/src/main/java/org/ioregionfd/kvm/cli/Driver.java");
    private static final Path CHOICE =
            Programs.ROOT.resolve("reference-kvm-side/src/main/java/org/ioregionfd/kvm/Choice.java");
    private static final String MISSING = "no Open of version 1 was seen: ";

    @Test
    void aDeviceThatRefusesEachSelectByItsUsersWillHasNoVerdict() throws Exception {
        Programs.Ended run =
                judge(faulty(Fault.Peer.DEVICE, "refuses-with-policy", refusal("Reason.POLICY, 0")), "SEL");

        assertEquals(5, run.exitCode(), run::toString);
        assertTrue(run.out().contains(MISSING + "the device refuses with POLICY, detail 0x0\n"), run::toString);
    }

    @Test
    void aDeviceThatRequiresWhatNoSelectCanHaveViolates() throws Exception {
        for (String mask : List.of("1L << 9", "0")) {
            String name = "requires-" + mask.replaceAll("[^0-9]+", "-");
            Programs.Ended run = judge(
                    faulty(Fault.Peer.DEVICE, name, refusal("Reason.REQUIRED_FEATURE_MISSING, " + mask)), "SEL-017");

            assertEquals(1, run.exitCode(), run::toString);
            assertTrue(run.out().contains("FAILED  SEL-017/names-the-required-features"), run::toString);
        }
    }

    @Test
    void aDeviceThatRequiresWhatASelectCanHaveIsTestedOnWithIt() throws Exception {
        String device = String.join(" ", Programs.device("serve --unix {socket} --require-features POSTED_WRITES"));
        Programs.Ended run = judge(Fault.Peer.DEVICE, device, "SEL,VIO");

        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().matches("(?s).*\nVIO +[1-9][0-9]+ +- .*"), run::toString);
    }

    @Test
    void aDeviceThatForbidsVersion1ByWhatItRequiresHasNoVerdict() throws Exception {
        String device = String.join(" ", Programs.device("serve --unix {socket} --require-features FENCE"));
        Programs.Ended run = judge(Fault.Peer.DEVICE, device, "SEL");

        assertEquals(5, run.exitCode(), run::toString);
        assertTrue(run.out().contains("refuses with REQUIRED_FEATURE_MISSING, detail 0x4\n"), run::toString);
    }

    @Test
    void aLegacyDeviceIsCalledOne() throws Exception {
        String device = String.join(" ", Programs.device("serve --unix {socket} --policy off"));
        Programs.Ended run = judge(Fault.Peer.DEVICE, device, "OFR");

        assertEquals(1, run.exitCode(), run::toString);
        assertTrue(
                run.out().contains("a legacy device; a HELLO is a READ whose bytes 2 to 5 are \"IORH\""),
                run::toString);
        assertEquals(2, run.out().split("\nFAILED  ", -1).length, () -> "one block: " + run);
        assertTrue(run.err().contains("FAILED OFR-001/"), run::toString);
    }

    @Test
    void aDriverThatSupportsNoHandshakeHasNoVerdict() throws Exception {
        Fault.Change change = new Fault.Change(
                DRIVER,
                "case \"connect\" -> connect(request);",
                "case \"connect\" -> answers.unsupported(request.id(), \"not in this house\");");
        Programs.Ended run = judge(faulty(Fault.Peer.KVM, "connects-never", change), "DRV-001");

        assertEquals(5, run.exitCode(), run::toString);
        assertTrue(run.out().contains(MISSING + "the driver does not support this connect\n"), run::toString);
    }

    /** Its checks say what is wrong, where they are selected. */
    @Test
    void aKvmSideThatAbortsEachHandshakeHasNoVerdict() throws Exception {
        Fault.Change change = new Fault.Change(CHOICE, "        if (offer.maxInflight() == 0) {\n", """
                        if (offer.maxInflight() > 0) {
                            return new Refuse(new Abort(Reason.POLICY, 0), Clause.ABT_004, "the user's will");
                        }
                        if (offer.maxInflight() == 0) {
                """);
        Programs.Ended run = judge(faulty(Fault.Peer.KVM, "aborts-always", change), "HEL-006");

        assertEquals(5, run.exitCode(), run::toString);
        assertTrue(run.out().contains(MISSING + "it gave a frame ABORT\n"), run::toString);
    }

    private static Fault.Change refusal(String reasonAndDetail) {
        return new Fault.Change(
                SELECT_CHECKS, "            SelectChecks::requiredFeaturesAreThere);", """
                            SelectChecks::requiredFeaturesAreThere,
                            given -> rejected(%s, violation(Clause.SEL_018, given)));""".formatted(reasonAndDetail));
    }

    /** A program made of the change. */
    private static Program faulty(Fault.Peer peer, String name, Fault.Change change) throws IOException {
        boolean isDevice = peer == Fault.Peer.DEVICE;
        Path classes = FaultyClasses.of(Fault.planted(peer, name, "SEL-018", change));
        String classPath = classes + File.pathSeparator + (isDevice ? Programs.DEVICE_JAR : Programs.KVM_JAR);
        return new Program(
                peer,
                String.join(" ", Programs.java("-cp", classPath))
                        + (isDevice
                                ? " org.ioregionfd.device.cli.DeviceMain serve"
                                : " org.ioregionfd.kvm.cli.KvmMain driver")
                        + " --unix {socket}");
    }

    private record Program(Fault.Peer peer, String command) {}

    private static Programs.Ended judge(Program program, String only) throws IOException, InterruptedException {
        return judge(program.peer(), program.command(), only);
    }

    private static Programs.Ended judge(Fault.Peer peer, String command, String only)
            throws IOException, InterruptedException {
        List<String> suite = new ArrayList<>(Programs.suite(peer.role(), "--exec", command));
        suite.addAll(List.of("--quick", "--seed", "1", "--only", only));
        return Programs.run(suite);
    }
}
