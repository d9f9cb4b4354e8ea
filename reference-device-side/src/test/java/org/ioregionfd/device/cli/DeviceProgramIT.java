// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Grease;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.Policy;
import org.ioregionfd.device.cli.DeviceProgram.Exit;
import org.ioregionfd.device.netty.UnixPeer;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as its user meets it: what it prints, how it ends, what its options do. */
@Timeout(60)
class DeviceProgramIT {
    @TempDir
    Path directory;

    private static Exit exitOf(String... arguments) throws IOException, InterruptedException {
        try (DeviceProgram program = DeviceProgram.start(arguments)) {
            return program.awaitExit();
        }
    }

    private String socket() {
        return directory.resolve("socket").toString();
    }

    @Test
    void servesTheConformanceDeviceUntilItIsTerminated() throws IOException, InterruptedException {
        try (DeviceProgram program = DeviceProgram.start("serve", "--unix", socket(), "--verbose")) {
            assertEquals("listening " + socket(), program.readLine());
            Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
            try (UnixPeer peer = UnixPeer.connect(Path.of(socket()))) {
                assertEquals(
                        kvm.hello(Kvm.detached()), peer.send(Kvm.detached()).receive());
                var select = kvm.select(2, FeatureSet.ALL, 64);
                assertEquals(kvm.ask(select.duplicate()), peer.send(select).receive());
                assertEquals(
                        Kvm.response(0, 9, 1),
                        peer.send(Kvm.taggedRead(9, 8, 2, 0x128)).receive());
                peer.shutdownOutput();
                assertTrue(peer.isAtEnd());
            }
            program.terminate();
            Exit exit = program.awaitExit();

            assertEquals(143, exit.code());
            assertEquals("", exit.out());
            assertEquals(
                    "channel 1: version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64\n"
                            + "channel 1: ended: end of stream",
                    exit.err());
            assertFalse(Files.exists(Path.of(socket())));
        }
    }

    /** The OFFER shows what every option came to. */
    @Test
    void offersWhatItsOptionsSay() throws IOException, InterruptedException {
        try (DeviceProgram program = DeviceProgram.start(
                "serve",
                "--unix",
                socket(),
                "--versions",
                "2",
                "--features",
                "FENCE,POSTED_WRITES",
                "--required-features",
                "FENCE",
                "--max-inflight",
                "300",
                "--grease-seed",
                "7",
                "--layout",
                "byte-fields",
                "--device",
                "conformance",
                "--policy",
                "allow")) {
            program.readLine();
            DevicePolicy same = DevicePolicy.DEFAULT
                    .withVersions(VersionSet.of(ProtocolVersion.TAGGED))
                    .withFeatures(FeatureSet.of(Feature.FENCE, Feature.POSTED_WRITES))
                    .withMaxInflight(300)
                    .withGrease(Grease.of(7))
                    .withLayout(Layout.BYTE_FIELDS);
            try (UnixPeer peer = UnixPeer.connect(Path.of(socket()))) {
                var write = Kvm.write(Layout.BYTE_FIELDS, 8, 1, 0, -1);
                assertEquals(Kvm.response(0), peer.send(write).receive());
                assertEquals(
                        new Kvm(same).hello(Kvm.detached()),
                        peer.send(Kvm.detached()).receive());
            }
            program.terminate();
            assertEquals("", program.awaitExit().err());
        }
    }

    @Test
    void offersNeitherVersionZeroNorGreaseUnderRequire() throws IOException {
        try (DeviceProgram program =
                        DeviceProgram.start("serve", "--unix", socket(), "--policy", "require", "--features", "none");
                UnixPeer peer = connect(program)) {
            Kvm same = new Kvm(DevicePolicy.DEFAULT.withPolicy(Policy.REQUIRE).withFeatures(FeatureSet.NONE));
            assertEquals(same.hello(Kvm.detached()), peer.send(Kvm.detached()).receive());
        }
    }

    private UnixPeer connect(DeviceProgram program) throws IOException {
        program.readLine();
        return UnixPeer.connect(Path.of(socket()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "serve --help", "--version"})
    void explainsItselfAndIsDone(String line) throws IOException, InterruptedException {
        Exit exit = exitOf(line.split(" "));

        assertEquals(0, exit.code());
        assertEquals("", exit.err());
        assertTrue(exit.out().startsWith(line.endsWith("help") ? "Usage: ioregionfd-device" : "ioregionfd-device "));
    }

    @Test
    void refusesAWrongCommandLineInOneLine() throws IOException, InterruptedException {
        assertEquals(
                new Exit(2, "", "ioregionfd-device: exactly one of --unix PATH and --fd N is needed; see --help"),
                exitOf("serve"));
    }

    @Test
    void saysThatItCannotListen() throws IOException, InterruptedException {
        Path file = Files.createFile(directory.resolve("file"));
        for (String path :
                new String[] {file.toString(), directory.resolve("none/socket").toString()}) {
            Exit exit = exitOf("serve", "--unix", path);

            assertEquals(3, exit.code());
            assertTrue(
                    exit.err().startsWith("ioregionfd-device: ") && exit.err().contains(path), exit.err());
            assertEquals(1, exit.err().lines().count(), exit.err());
        }
        assertTrue(Files.exists(file));
    }

    @Test
    void saysThatItCannotAdopt() throws IOException, InterruptedException {
        Exit exit = exitOf("serve", "--fd", "0");

        assertEquals(3, exit.code());
        assertEquals("ioregionfd-device: file descriptor 0 is no socket", exit.err());
    }
}
