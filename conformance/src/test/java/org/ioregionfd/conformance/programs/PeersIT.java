// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two reference peers as programs, with each other. */
class PeersIT {
    private static final String ALL_FEATURES = "version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"info-word", "byte-fields"})
    void deviceServesALegacyKvmSideOfItsLayout(String layout) throws IOException, InterruptedException {
        try (Listening device = device("--layout", layout)) {
            Programs.Ended read = kvm(device, "read", "--policy", "off", "--layout", layout, "1", "0x110", "4");
            assertEquals(0, read.exitCode(), read::toString);
            assertEquals("0xffffffff", read.out().strip(), "HOLD completes at once with ones, DEV-002");
            assertEquals("legacy " + layout, read.err().strip());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "info-word, byte-fields, attached",
        "byte-fields, info-word, attached",
        "info-word, byte-fields, detached",
        "byte-fields, info-word, detached"
    })
    void deviceServesAnAwareKvmSideOfTheOtherLayout(String ofDevice, String ofKvm, String hello)
            throws IOException, InterruptedException {
        try (Listening device = device("--layout", ofDevice)) {
            Programs.Ended read = kvm(device, "read", "--hello", hello, "--layout", ofKvm, "2", "0x128", "8");
            assertEquals(0, read.exitCode(), read::toString);
            assertEquals("0x0", read.out().strip());
            assertEquals(ALL_FEATURES, read.err().strip());
        }
    }

    @Test
    void peersThatShareNothingBetterStepDownToVersion0() throws IOException, InterruptedException {
        try (Listening device = device("--versions", "1")) {
            Programs.Ended read = kvm(device, "read", "--versions", "2", "1", "0x128", "1");
            assertEquals(0, read.exitCode(), read::toString);
            assertEquals("version 0, features none, window 1", read.err().strip());
        }
    }

    @Test
    void kvmSideThatRequiresIsRefusedByADeviceThatIsOff() throws IOException, InterruptedException {
        try (Listening device = device("--policy", "off")) {
            Programs.Ended read = kvm(device, "read", "--policy", "require", "1", "0", "1");
            assertEquals(1, read.exitCode(), read::toString);
            assertEquals(true, read.err().contains("KST-003"), read::toString);
            assertEquals(1, read.err().lines().count(), read::toString);
        }
    }

    private Listening device(String... options) throws IOException {
        Path socket = folder.resolve("device.sock");
        List<String> command = Programs.device("serve", "--unix", socket.toString());
        command.addAll(List.of(options));
        return new Listening(socket, command);
    }

    private static Programs.Ended kvm(Listening device, String... arguments) throws IOException, InterruptedException {
        List<String> command = Programs.kvm(arguments);
        command.addAll(List.of("--unix", device.path(), "--deadline-ms", "60000"));
        return Programs.run(command);
    }
}
