// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs in C on descriptors that they inherit: one socket, or two descriptors of any kinds. */
@Timeout(60)
class CDescriptorsTest {
    private static final List<String> KINDS = List.of("pipe", "fifo", "stream", "seqpacket");

    /** A detached HELLO, and a SELECT whose digest is 0. */
    private static final String HELLO_AND_SELECT = """
            printf '\\100\\0IORH\\1\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\377\\377\\377\\377\\377\\377\\177\\0\\0\\0\\0\\0\\0\\0\\0' >&4
            printf '\\017\\0IORH\\3\\0\\2\\0\\100\\0\\0\\0\\0\\0\\7\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0' >&4
            """;

    @TempDir
    static Path folder;

    private static String device;
    private static String driver;
    private static String pair;

    private Process process;

    @BeforeAll
    static void build() throws IOException {
        assumeTrue(CCompiler.FOR_PROGRAMS.isPresent(), "no C compiler here");
        CCompiler compiler = CCompiler.FOR_PROGRAMS.get();
        device = "exec "
                + compiler.build(folder, "example-device", "example-device.c").toString();
        driver = "exec "
                + compiler.build(folder, "example-kvm-driver", "example-kvm-driver.c")
                        .toString();
        pair = folder.resolve("with-socketpair").toString();
        List<String> command = new ArrayList<>(compiler.command());
        Path source = SpecFiles.SPEC.resolveSibling("conformance/legacy/with-socketpair.c");
        command.addAll(List.of("-o", pair, source.toString()));
        assertEquals(new CCompiler.Run(0, ""), CCompiler.run(command, ""));
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Each kind there with each kind back. */
    static Stream<Arguments> mixes() {
        return KINDS.stream().flatMap(there -> KINDS.stream().map(back -> Arguments.of(there, back)));
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void opensAndServesOverTwoDescriptors(String there, String back) throws Exception {
        opensAndServes("--pair " + there + ',' + back, "--read-fd 3 --write-fd 4", "--read-fd 3 --write-fd 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nonblock", "--seqpacket"})
    void opensAndServesOverOneSocket(String kind) throws Exception {
        opensAndServes(kind, "--fd 3", "--read-fd 3 --write-fd 3");
    }

    private void opensAndServes(String options, String deviceOptions, String driverOptions) throws Exception {
        start(options, device + ' ' + deviceOptions, driver + ' ' + driverOptions);
        BufferedWriter requests = process.outputWriter();
        BufferedReader answers = process.inputReader();

        assertTrue(told(requests, answers, "{'id': 1, 'op': 'connect', 'hello': 'detached'}")
                .contains("\"version\": 2"));
        assertTrue(told(
                        requests,
                        answers,
                        "{'id': 2, 'op': 'run', 'access': 'read', 'region': '0x1', 'offset': '0x128', 'size': 4,"
                                + " 'count': 2000, 'depth': 32}")
                .contains("\"value\": \"0x7cf\""));
        told(requests, answers, "{'id': 3, 'op': 'close'}");
        assertTrue(told(requests, answers, "{'id': 4, 'op': 'connect'}").contains("no-peer"), "[CHN-009]");
        requests.close();
        assertEquals(0, ended());
    }

    /** [CHN-005] */
    @ParameterizedTest
    @ValueSource(ints = {1, 31, 33, 64})
    void theDeviceClosesOnARecordThatIsNoFrame(int length) throws Exception {
        start(
                "--pair seqpacket,pipe",
                device + " --read-fd 3 --write-fd 4",
                "head -c " + length + " /dev/zero >&4; wc -c <&3");

        assertEquals(
                List.of("0", "example-device: closed by CHN-005, byte 0, seen 0x0"),
                lines().sorted().toList());
    }

    /** [CHN-005] */
    @ParameterizedTest
    @ValueSource(ints = {1, 31, 33, 64})
    void theDriverFailsOnARecordThatIsNoFrame(int length) throws Exception {
        start(
                "--pair stream,seqpacket",
                "head -c 32 <&3 >/dev/null; head -c " + length + " /dev/zero >&4",
                driver + " --read-fd 3 --write-fd 4");
        BufferedWriter requests = process.outputWriter();

        String answer = told(requests, process.inputReader(), "{'id': 1, 'op': 'connect', 'hello': 'detached'}");

        assertTrue(answer.contains("\"clause\": \"CHN-005\""), answer);
    }

    /** [REJ-001] After a REJECT the device sends nothing more, but still reads. */
    @ParameterizedTest
    @ValueSource(strings = {"pipe", "stream", "seqpacket"})
    void aRejectIsTheLastThatIsReadOfTheDevice(String back) throws Exception {
        start(
                "--pair pipe," + back,
                device + " --read-fd 3 --write-fd 4",
                HELLO_AND_SELECT + "cat <&3 | wc -c; printf x >&4 && echo read");

        assertTrue(lines().toList().containsAll(List.of("64", "read")));
    }

    /** [CHN-008] The driver stands still while the device, which has read nothing, answers and goes: it is told of a reset first. */
    @Test
    void theDriverReadsTheRecordBehindAReset() throws Exception {
        Path go = folder.resolve("go");
        Path gone = folder.resolve("gone");
        assertEquals(new CCompiler.Run(0, ""), CCompiler.run(List.of("mkfifo", go.toString(), gone.toString()), ""));
        String leaving = "exec bash -c 'until read -t 0 -u 3; do sleep 0.01; done; echo >&6; : <" + go
                + "; head -c 32 /dev/zero >&3; exec 3>&-' 6>" + gone;
        start("--seqpacket", leaving, driver + " --read-fd 3 --write-fd 3");
        BufferedWriter requests = process.outputWriter();
        try (InputStream said = Files.newInputStream(gone)) {
            told(requests, process.inputReader(), "{'id': 1, 'op': 'connect', 'policy': 'off'}");
            requests.write("{\"id\": 2, \"op\": \"read\", \"region\": \"0x1\", \"offset\": \"0x20\", \"size\": 4}\n");
            requests.flush();
            assertEquals('\n', said.read(), "the READ has come");
            signalDriver("STOP");
            Files.newOutputStream(go).close();
            assertEquals(-1, said.read(), "the device is gone");
            signalDriver("CONT");
        }
        String answer = process.inputReader().readLine();
        assertTrue(answer.contains("\"value\": \"0x0\""), answer);
    }

    private void signalDriver(String name) throws IOException {
        ProcessHandle program = process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("example-kvm-driver"))
                .findFirst()
                .orElseThrow();
        assertEquals(new CCompiler.Run(0, ""), CCompiler.run(List.of("kill", "-" + name, "" + program.pid()), ""));
    }

    @Test
    void whatIsNoChannelIsRefused() throws Exception {
        start("--pair pipe,pipe", "exec cat <&3", device + " --read-fd 4 --write-fd 3");

        assertEquals(3, ended(), "the wrong way round");
    }

    /** The commands are the shell's. */
    private void start(String options, String first, String second) throws IOException {
        List<String> command = new ArrayList<>(List.of(pair));
        command.addAll(List.of(options.split(" ", -1)));
        command.addAll(List.of("sh", "-c", first, "--", "sh", "-c", second));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private Stream<String> lines() throws Exception {
        List<String> lines = process.inputReader().lines().toList();
        ended();
        return lines.stream().map(String::strip);
    }

    private int ended() throws InterruptedException {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end");
        return process.exitValue();
    }

    private static String told(BufferedWriter requests, BufferedReader answers, String line) throws IOException {
        requests.write(line.replace('\'', '"') + '\n');
        requests.flush();
        return answers.readLine();
    }
}
