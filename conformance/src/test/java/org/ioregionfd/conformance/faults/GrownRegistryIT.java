// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.faults.Fault.Change;
import org.ioregionfd.conformance.programs.Programs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A registry with a version, a feature, a reason and a status for which the checks have no rules: all the rest is judged, and
 * the report names what is not.
 */
@Tag("system")
@Execution(ExecutionMode.SAME_THREAD)
class GrownRegistryIT {
    private static final String UNKNOWN =
            ", not known to these checks: version 3, feature BATCH, reason TOO_EARLY, status BUSY\n";

    private static final Fault OFFERS = Fault.planted(
            Fault.Peer.DEVICE,
            "offers-what-is-new",
            "OFR-004",
            change(
                    "DevicePolicy",
                    "return versions.or(stepDown)",
                    "return versions.or(stepDown).or(new VersionSet(8))"),
            change("DevicePolicy", "return features.or(", "return features.or(new FeatureSet(8)).or("));

    private static final Fault SELECTS = Fault.planted(
            Fault.Peer.KVM,
            "selects-what-is-new",
            "OFR-004",
            change(
                    "Choice",
                    "offer.features().and(policy.features()).and(FeatureSet.possibleWith(version))",
                    "offer.features().and(policy.features().and(FeatureSet.possibleWith(version)).or(new FeatureSet(8)))"));

    @TempDir
    private Path folder;

    @BeforeEach
    void growsTheRegistry() throws IOException {
        JsonObject registry = JsonParser.parseString(registry()).getAsJsonObject();
        grow(registry, "versions", "{number: 3, name: 'next', since: '2.0', windowMax: 65535, meaning: ''}");
        grow(registry, "features", "{bit: 3, name: 'BATCH', needsVersion: 2, since: '2.0', meaning: ''}");
        grow(registry, "reasons", "{code: 13, name: 'TOO_EARLY', frames: ['REJECT'], detail: '0'}");
        grow(registry, "statuses", "{code: 5, name: 'BUSY'}");
        write(registry.toString());
    }

    @Test
    void peersThatHaveNothingOfItAreConformant() throws IOException, InterruptedException {
        Programs.Ended run = suite("self", "--quick", "--seed", "1");

        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().endsWith(", versions 0 1 2, POSTED_WRITES OUT_OF_ORDER FENCE" + UNKNOWN), run::toString);
    }

    @Test
    void aDeviceThatOffersItIsConformant() throws IOException, InterruptedException {
        Programs.Ended run = suite("device", "--exec", command(OFFERS), "--quick", "--seed", "1");

        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(
                run.out().contains("offers versions 0 1 2 3, features POSTED_WRITES OUT_OF_ORDER FENCE BATCH, "),
                run::toString);
        assertTrue(run.out().endsWith(", versions 0 1 2, POSTED_WRITES OUT_OF_ORDER FENCE" + UNKNOWN), run::toString);
    }

    @Test
    void aDeviceThatOffersItBeforeItIsRegisteredIsNot() throws IOException, InterruptedException {
        write(registry());
        Programs.Ended run = suite("device", "--exec", command(OFFERS), "--quick", "--only", "OFR-004/offers-nothing");

        assertEquals(1, run.exitCode(), run::toString);
    }

    /** It would select the feature if it were offered, and fail then. */
    @Test
    void aKvmSideThatSelectsItIsConformant() throws IOException, InterruptedException {
        Programs.Ended run = suite("kvm", "--exec", command(SELECTS), "--quick", "--seed", "1");

        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().endsWith(UNKNOWN), run::toString);
    }

    @Test
    void aRegistryThatTheChecksCannotUseIsAFaultOfTheSuite() throws IOException, InterruptedException {
        write(registry().replace("\"max_inflight\"", "\"window\""));
        Programs.Ended run = suite("device", "--exec", command(OFFERS), "--quick", "--only", "OFR");

        assertEquals(4, run.exitCode(), run::toString);
        assertTrue(run.err().matches("(\\[.*\n)*conformance: fault of the suite: .*max_inflight.*\n"), run::toString);
    }

    private static String registry() throws IOException {
        return Files.readString(Programs.ROOT.resolve("spec/registry/registry.json"));
    }

    private static void grow(JsonObject registry, String table, String row) {
        JsonArray rows = registry.getAsJsonArray(table);
        rows.add(JsonParser.parseString(row));
    }

    private void write(String registry) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("registry")).resolve("registry.json"), registry);
    }

    /** The first on the class path is found first. */
    private Programs.Ended suite(String... arguments) throws IOException, InterruptedException {
        List<String> command = Programs.java(
                "-cp",
                folder + File.pathSeparator + Programs.SUITE_JAR,
                "org.ioregionfd.conformance.cli.ConformanceMain");
        command.addAll(List.of(arguments));
        return Programs.run(command);
    }

    private static String command(Fault fault) throws IOException {
        boolean isDevice = fault.peer() == Fault.Peer.DEVICE;
        Path jar = isDevice ? Programs.DEVICE_JAR : Programs.KVM_JAR;
        List<String> command =
                new ArrayList<>(Programs.java("-cp", FaultyClasses.of(fault) + File.pathSeparator + jar));
        command.addAll(List.of(
                isDevice ? "org.ioregionfd.device.cli.DeviceMain" : "org.ioregionfd.kvm.cli.KvmMain",
                isDevice ? "serve" : "driver",
                "--unix",
                "{socket}"));
        return String.join(" ", command);
    }

    private static Change change(String type, String oldText, String newText) {
        String side = type.equals("Choice") ? "kvm" : "device";
        return new Change(
                Programs.ROOT.resolve(
                        "reference-" + side + "-side/src/main/java/org/ioregionfd/" + side + "/" + type + ".java"),
                oldText,
                newText);
    }
}
