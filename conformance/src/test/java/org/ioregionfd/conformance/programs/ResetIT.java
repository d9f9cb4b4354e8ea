// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * [CHN-008] A SEQPACKET socket whose peer has closed and left records unread: it tells of the reset first, and then gives what
 * the peer had sent. Two FIFOs say when each may go on, so that neither program reads too early.
 */
@Execution(ExecutionMode.CONCURRENT)
class ResetIT {
    /** What K leaves behind: the line control, 8 bits, then a byte for the line. */
    private static final String WRITES = write(3, "\\3") + "; " + write(0, "x");

    private static final String RECORD = "head -c 32 /dev/zero >&3";

    @TempDir
    private Path folder;

    private Path go;
    private Path gone;

    @BeforeEach
    void makeFifos() throws IOException, InterruptedException {
        go = folder.resolve("go");
        gone = folder.resolve("gone");
        Programs.Ended made = Programs.run(List.of("mkfifo", go.toString(), gone.toString()));
        assertEquals(0, made.exitCode(), made::toString);
    }

    private List<String> pair(List<String> first, List<String> second) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(CProgram.compiled("conformance/legacy/with-socketpair.c"), "--seqpacket"));
        command.addAll(first);
        command.add("--");
        command.addAll(second);
        return command;
    }

    /** A posted WRITE of one byte in region 1, version 0, as a shell's command. */
    private static String write(int offset, String data) {
        String zeros = "\\0".repeat(7);
        return "printf '\\1" + zeros + "\\1" + zeros + "\\" + offset + zeros + data + zeros + "' >&3";
    }

    /** The device starts when K is gone, and still serves K's WRITEs. */
    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void aDeviceServesWhatCameBeforeTheReset(String transport) throws IOException, InterruptedException {
        List<String> device = new ArrayList<>(
                List.of("sh", "-c", RECORD + "; : >%s; : <%s; \"$@\"; : >%s".formatted(go, gone, go), "sh"));
        device.addAll(Programs.device("serve", "--fd", "3", "--device", "uart", "--transport", transport));
        String kvm = "%s; : <%s; exec 3>&-; : >%s; : <%s".formatted(WRITES, go, gone, go);
        assertEquals(new Programs.Ended(0, "x", ""), Programs.run(pair(device, List.of("sh", "-c", kvm))));
    }

    /** K stands still while the device, which has read nothing, answers and goes. */
    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void aReadTakesTheAnswerBehindTheReset(String transport) throws IOException, InterruptedException {
        String device = "exec 6>%s; until read -t 0 -u 3; do sleep 0.01; done; echo >&6; : <%s; %s; exec 3>&-"
                .formatted(gone, go, RECORD);
        List<String> kvm = Programs.kvm("driver", "--fd", "3", "--transport", transport);
        try (DriverSession driver = new DriverSession(pair(List.of("bash", "-c", device), kvm));
                InputStream said = Files.newInputStream(gone)) {
            driver.ask("connect", "'policy': 'off', 'deadline_ms': 60000");
            int read = driver.send("read", "'region': '0x1', 'offset': '0x20', 'size': 4");
            assertEquals('\n', said.read(), "the READ has come");
            driver.signal("STOP");
            Files.newOutputStream(go).close();
            assertEquals(-1, said.read(), "the device is gone");
            driver.signal("CONT");
            assertEquals("0x0", new DriverSession.Answer(driver.receive(read)).value());
        }
    }
}
