// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both programs over every kind of channel other than a path. */
@Execution(ExecutionMode.CONCURRENT)
class AttachmentsIT {
    private static final String ALL_FEATURES = "version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64\n";

    /** The device is still being started when the first READ already waits for it. */
    private static final String DEADLINE_MILLIS = "60000";

    private static final String READ_COUNTER = "--deadline-ms " + DEADLINE_MILLIS + " 1 0x128 4";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"netty, direct", "direct, netty"})
    void anAbstractNameIsAPlaceToMeet(String ofDevice, String ofKvm) throws IOException, InterruptedException {
        String name = "@" + folder.resolve("device");
        try (Listening device =
                new Listening(Path.of(name), Programs.device("serve", "--unix", name, "--transport", ofDevice))) {
            List<String> read = Programs.kvm("read --unix", device.path(), "--transport", ofKvm, READ_COUNTER);
            assertEquals(read("0x0"), Programs.run(read));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stream, netty, netty",
        "stream nonblock, direct, direct",
        "seqpacket, direct, netty",
        "seqpacket nonblock, netty, direct",
        "stream, busy-poll, busy-poll"
    })
    void inheritedSocketsCarryTheWholeHandshake(String type, String ofDevice, String ofKvm)
            throws IOException, InterruptedException {
        List<String> command = withSocketPair(type);
        command.addAll(on(ofDevice, Programs.device("serve", "--fd", "3")));
        command.add("--");
        command.addAll(on(ofKvm, readByDescriptor()));
        assertEquals(read("0x0"), Programs.run(command));
    }

    /**
     * [CHN-001] Many at a time, so that frames are read and written together where there are no records. Each kind is once either
     * half; the tests of the channel itself have all sixteen mixes.
     */
    @ParameterizedTest
    @CsvSource({"pipe, seqpacket", "fifo, stream", "stream, pipe", "seqpacket, fifo"})
    void twoDescriptorsOfAnyKindCarryManyAccessesAtATime(String there, String back)
            throws IOException, InterruptedException {
        List<String> command = withPair(there, back);
        command.addAll(Programs.device("serve", "--read-fd", "3", "--write-fd", "4"));
        command.add("--");
        command.addAll(Programs.kvm("driver", "--read-fd", "3", "--write-fd", "4"));
        try (DriverSession driver = new DriverSession(command)) {
            String counter = "'region': '0x1', 'offset': '0x128', 'size': 4";
            driver.ask("connect", "'policy': 'require', 'deadline_ms': " + DEADLINE_MILLIS);
            driver.ask("run", "'access': 'read', " + counter + ", 'count': 2000, 'depth': 32");
            DriverSession.Answer last = driver.ask("read", counter);
            assertEquals("0x7d0", last.value());
            assertEquals("open", last.state());
            assertEquals("closed", driver.ask("close", "").state());
            assertEquals(0, driver.finish());
        }
    }

    /** [CHN-005] On the half that is read, whatever the other half is. */
    @ParameterizedTest
    @CsvSource({"pipe, 31", "seqpacket, 33", "stream, 64"})
    void aRecordOfAnotherLengthEndsTheChannel(String there, int length) throws IOException, InterruptedException {
        List<String> command = withPair(there, "seqpacket");
        String answer = "head -c 32 <&3 >/dev/null; head -c " + length + " /dev/zero >&4";
        command.addAll(List.of("sh", "-c", answer, "--"));
        command.addAll(Programs.kvm("read", "--read-fd", "3", "--write-fd", "4", "--policy", "off", "1", "0", "4"));
        Programs.Ended read = Programs.run(command);
        assertEquals(1, read.exitCode(), read::toString);
        assertTrue(read.err().contains("a record has " + length + " bytes, not 32 [CHN-005]"), read::toString);
    }

    @Test
    void twoDescriptorsNeedTheDirectTransport() throws IOException, InterruptedException {
        Programs.Ended kvm = Programs.run(
                Programs.kvm("read", "--read-fd", "3", "--write-fd", "4", "--transport", "netty", "1", "0", "4"));
        assertEquals(
                new Programs.Ended(2, "", "ioregionfd-kvm: two descriptors and --busy-poll need --transport direct\n"),
                kvm);
        Programs.Ended device =
                Programs.run(Programs.device("serve", "--read-fd", "3", "--write-fd", "4", "--transport", "netty"));
        String said =
                "ioregionfd-device: the transport netty cannot serve descriptors 3 and 4; the transport direct can\n";
        assertEquals(new Programs.Ended(3, "", said), device);
    }

    @Test
    void pipesCarryTheWholeHandshake() throws IOException, InterruptedException {
        Path there = folder.resolve("there");
        Path back = folder.resolve("back");
        assertEquals(
                0,
                Programs.run(List.of("mkfifo", there.toString(), back.toString()))
                        .exitCode());
        Process device = new ProcessBuilder(withPipes(
                        "3<" + there + " 4>" + back, Programs.device("serve", "--read-fd", "3", "--write-fd", "4")))
                .inheritIO()
                .start();
        try {
            Programs.Ended kvm = Programs.run(withPipes(
                    "3>" + there + " 4<" + back, Programs.kvm("read --read-fd 4 --write-fd 3", READ_COUNTER)));
            assertEquals(read("0x0"), kvm);
            assertEquals(0, device.waitFor(), "it is done when K has closed both");
        } finally {
            device.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"stream, netty", "seqpacket, direct"})
    void aDescriptorIsHandedOverToARunningDevice(String type, String ofDevice)
            throws IOException, InterruptedException {
        Path control = folder.resolve("control");
        List<String> serve = on(ofDevice, Programs.device("serve", "--receive", control.toString()));
        try (Listening device = new Listening("receiving " + control, control, serve)) {
            List<String> command = withSocketPair(type);
            command.addAll(Programs.java(
                    "-cp", System.getProperty("java.class.path"), HandOver.class.getName(), device.path()));
            command.add("--");
            command.addAll(readByDescriptor());
            assertEquals(read("0x0"), Programs.run(command));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void theSuiteJudgesADeviceThatAServiceManagerStarts(String transport) throws IOException, InterruptedException {
        String launcher = CProgram.compiled("conformance/legacy/with-listener.c");
        String device = launcher + " {socket} " + String.join(" ", on(transport, Programs.device("serve")));
        Programs.Ended run =
                Programs.run(Programs.suite("device", "--exec", device, "--quick", "--only", "HEL,OFR,CHN"));
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().contains("conformant"), run::toString);
    }

    private static Programs.Ended read(String value) {
        return new Programs.Ended(0, value + "\n", ALL_FEATURES);
    }

    private static List<String> readByDescriptor() {
        return Programs.kvm("read --fd 3", READ_COUNTER);
    }

    private static List<String> withSocketPair(String type) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(CProgram.compiled("conformance/legacy/with-socketpair.c")));
        for (String option : List.of("seqpacket", "nonblock")) {
            if (type.contains(option)) {
                command.add("--" + option);
            }
        }
        return command;
    }

    /** The kind that K writes to, and the kind that it reads from. */
    private static List<String> withPair(String there, String back) throws IOException, InterruptedException {
        return new ArrayList<>(
                List.of(CProgram.compiled("conformance/legacy/with-socketpair.c"), "--pair", there + "," + back));
    }

    private static List<String> withPipes(String redirections, List<String> program) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + redirections, "sh"));
        command.addAll(program);
        return command;
    }

    private static List<String> on(String transport, List<String> command) {
        command.addAll(transport.equals("busy-poll") ? List.of("--busy-poll") : List.of("--transport", transport));
        return command;
    }
}
