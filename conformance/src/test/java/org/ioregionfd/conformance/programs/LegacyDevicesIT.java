// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reference KVM side meets each known legacy device: an attached HELLO ends in Legacy, and every later access gets its own
 * data [KST-002, HEL-004, V0-001, V0-003].
 */
@Tag("system")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LegacyDevicesIT {
    /** The place of memory in all devices but the one whose registers all read as 0xFF. */
    private static final String MEMORY = "'region': '0x0', 'offset': '0x108', 'size': 4";

    private String device;
    private String pair;

    @TempDir
    private Path folder;

    @BeforeAll
    void compile() throws IOException, InterruptedException {
        device = CProgram.compiled("conformance/legacy/legacy-device.c");
        pair = CProgram.compiled("conformance/legacy/with-socketpair.c");
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-multiprocess, byte-fields, 0x0",
        "qemu-virtio-mmio, byte-fields, 0x0",
        "kvm-unit-tests, byte-fields, 0x0",
        "vmsh, info-word, 0x0",
        "vmsh-test-ioctls, info-word, 0xff"
    })
    void readSaysThatTheChannelIsLegacy(String kind, String layout, String value)
            throws IOException, InterruptedException {
        Path socket = folder.resolve(kind);
        try (Listening listening =
                new Listening(socket, List.of(device, "--kind", kind, "--unix", socket.toString()))) {
            Programs.Ended read = Programs.run(
                    Programs.kvm("read", "--unix", listening.path(), "--layout", layout, "0", "0x100", "4"));
            assertEquals(0, read.exitCode(), read::toString);
            assertEquals(value, read.out().strip());
            assertEquals("legacy " + layout, read.err().strip());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-multiprocess, byte-fields, --stream",
        "qemu-virtio-mmio, byte-fields, --stream",
        "kvm-unit-tests, byte-fields, --stream",
        "vmsh, info-word, --stream",
        "qemu-multiprocess, byte-fields, --seqpacket",
        "qemu-virtio-mmio, byte-fields, --seqpacket",
        "kvm-unit-tests, byte-fields, --seqpacket",
        "vmsh, info-word, --seqpacket"
    })
    void everyLaterAccessGetsItsOwnData(String kind, String layout, String type)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(pair));
        if (type.equals("--seqpacket")) {
            command.add(type);
        }
        command.addAll(List.of(device, "--kind", kind, "--fd", "3", "--"));
        command.addAll(Programs.kvm("driver", "--fd", "3"));
        getsItsOwnDataOnEveryAccess(command, layout);
    }

    /** vmsh has two SEQPACKET socket pairs, one for each direction. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--nonblock"})
    void vmshIsMetAsItIsAttached(String mode) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(pair, "--pair", "seqpacket,seqpacket"));
        if (!mode.isEmpty()) {
            command.add(mode);
        }
        command.addAll(List.of(device, "--kind", "vmsh", "--read-fd", "3", "--write-fd", "4", "--"));
        List<String> driver = new ArrayList<>(command);
        driver.addAll(Programs.kvm("driver", "--read-fd", "3", "--write-fd", "4"));
        getsItsOwnDataOnEveryAccess(driver, "info-word");
        command.addAll(Programs.kvm("read", "--read-fd", "3", "--write-fd", "4", "0", "0x100", "4"));
        assertEquals(new Programs.Ended(0, "0x0\n", "legacy info-word\n"), Programs.run(command));
    }

    private static void getsItsOwnDataOnEveryAccess(List<String> command, String layout) throws IOException {
        try (DriverSession driver = new DriverSession(command)) {
            assertEquals(
                    "idle", driver.ask("connect", "'layout': '" + layout + "'").state());
            driver.ask("write", MEMORY + ", 'value': '0x55667788'");
            DriverSession.Answer first = driver.ask("read", MEMORY);
            assertEquals("legacy", first.state(), "the HELLO was on this READ");
            assertEquals("0x55667788", first.value());
            for (int round = 1; round <= 20; round++) {
                String value = "0x" + Integer.toHexString(0xA000 + round);
                driver.ask("write", MEMORY + ", 'value': '" + value + "'");
                assertEquals(value, driver.ask("read", MEMORY).value());
            }
            assertEquals("closed", driver.ask("close", "").state());
            assertEquals(0, driver.finish());
        }
    }
}
