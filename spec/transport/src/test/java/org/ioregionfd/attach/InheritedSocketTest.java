// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sockets with which a process is started, and a process without native code. Java can neither make a SEQPACKET socket nor
 * pass a descriptor to a child, so a launcher in C does both.
 */
@Timeout(120)
class InheritedSocketTest {
    private static final long PROCESS_SECONDS_MAX = 60;
    private static final String ECHO = "exec cat <&3 >&3";

    /** What each half of a channel of two descriptors can be. */
    private static final List<String> KINDS = List.of("pipe", "fifo", "stream", "seqpacket");

    @TempDir
    static Path folder;

    @BeforeAll
    static void needsACompiler() {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(":", -1))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "cc"))),
                "cc is not installed: sockets that a process inherits are not tested");
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(PROCESS_SECONDS_MAX, TimeUnit.SECONDS), () -> "does not end: " + command);
        return Files.readString(output).strip();
    }

    /** The probe beside another program, with the two ends of a socket pair. */
    private static String probe(List<String> options, String peer, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(compiled("with-socketpair")));
        command.addAll(options);
        command.addAll(List.of("sh", "-c", peer, "--"));
        command.addAll(java(List.of(), arguments));
        return output(command);
    }

    private static String compiled(String name) throws IOException, InterruptedException {
        Path program = folder.resolve(name);
        if (!Files.exists(program)) {
            Path source = Path.of("../../conformance/legacy", name + ".c");
            assertEquals("", output(List.of("cc", "-std=c11", "-o", program.toString(), source.toString())));
        }
        return program.toString();
    }

    private static List<String> java(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DescriptorProbe.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** [CHN-001] Each frame is a record, although they are written together and could be read together. */
    @ParameterizedTest
    @EnumSource
    void keepsRecords(Waiting waiting) throws IOException, InterruptedException {
        String said = "wrote 32 32 32, read 32 32 32 end";
        assertEquals(said, probe(List.of("--seqpacket"), ECHO, "echo", waiting.name()));
        assertEquals(said, probe(List.of("--seqpacket", "--nonblock"), serve(), "echo", waiting.name()));
    }

    @ParameterizedTest
    @EnumSource
    void carriesAStream(Waiting waiting) throws IOException, InterruptedException {
        String said = "wrote 96, read 96 end";
        assertEquals(said, probe(List.of(), ECHO, "echo", waiting.name()));
        assertEquals(said, probe(List.of("--nonblock"), serve(), "echo", waiting.name()));
    }

    /** The same as the echo, for a socket that does not block. */
    private static String serve() {
        return java(List.of(), "serve", "BLOCK").stream().collect(Collectors.joining("' '", "exec '", "'"));
    }

    /** [CHN-005] */
    @ParameterizedTest
    @EnumSource
    void showsARecordThatIsTooLong(Waiting waiting) throws IOException, InterruptedException {
        List<String> options = List.of("--seqpacket");
        assertEquals("a record of 33", probe(options, "head -c 40 /dev/zero >&3", "read", waiting.name()));
        assertEquals("a record of 31", probe(options, "head -c 31 /dev/zero >&3", "read", waiting.name()));
    }

    /** Each kind to read from with each to write to. */
    static Stream<Arguments> pairs() {
        return KINDS.stream().flatMap(read -> KINDS.stream().map(write -> Arguments.of(read, write)));
    }

    /** The option for a probe that reads from one kind and writes to another. */
    private static List<String> pair(String read, String write) {
        return List.of("--pair", write + "," + read);
    }

    /**
     * [CHN-001, REJ-001] A device of version 0 answers each frame, and goes when it has seen the end. Each mix is met asleep or polling, and
     * each kind both ways.
     */
    @ParameterizedTest
    @MethodSource("pairs")
    void carriesFramesOverTwoDescriptors(String read, String write) throws IOException, InterruptedException {
        String device = "exec " + compiled("legacy-device") + " --kind vmsh --read-fd 3 --write-fd 4";
        List<String> options = new ArrayList<>(pair(read, write));
        boolean polls = (KINDS.indexOf(read) + KINDS.indexOf(write)) % 2 == 0;
        if (polls) {
            options.add("--nonblock");
        }
        assertEquals(
                "wrote " + frames(write) + ", read " + frames(read) + " end",
                probe(options, device, "echo-pair", polls ? "BUSY_POLL" : "BLOCK"));
    }

    private static String frames(String kind) {
        return kind.equals("seqpacket") ? "32 32 32" : "96";
    }

    /** [CHN-008] */
    @ParameterizedTest
    @CsvSource({"pipe, seqpacket", "fifo, stream", "stream, pipe", "seqpacket, fifo", "seqpacket, seqpacket"})
    void readsWhatIsLeftWhenAWriteHasFailed(String read, String write) throws IOException, InterruptedException {
        String leaving = "head -c 32 /dev/zero >&4";
        assertEquals("read 32 end", probe(pair(read, write), leaving, "write-and-read", "BLOCK"));
    }

    /** [CHN-008] The peer closes before this end reads, and leaves a record unread: so the reset is told first. */
    @ParameterizedTest
    @EnumSource
    void readsTheRecordsBehindAReset(Waiting waiting) throws IOException, InterruptedException {
        Path unread = folder.resolve("unread-" + waiting);
        Path closed = folder.resolve("closed-" + waiting);
        assertEquals("", output(List.of("mkfifo", unread.toString(), closed.toString())));
        String leaving =
                ": <%s; head -c 32 /dev/zero >&3; head -c 32 /dev/zero >&3; exec 3>&-; : >%s".formatted(unread, closed);
        String late = "head -c 32 /dev/zero >&3; : >%s; : <%s; exec \"$@\"".formatted(unread, closed);
        List<String> command = new ArrayList<>(List.of(compiled("with-socketpair"), "--seqpacket"));
        command.addAll(List.of("sh", "-c", leaving, "--", "sh", "-c", late, "sh"));
        command.addAll(java(List.of(), "read-all", waiting.name()));
        assertEquals("read 32 32 end", output(command));
    }

    /** [CHN-005] */
    @ParameterizedTest
    @ValueSource(strings = {"pipe", "seqpacket"})
    void showsRecordsOfAnotherLengthOnTheHalfThatIsRead(String write) throws IOException, InterruptedException {
        List<String> options = pair("seqpacket", write);
        assertEquals("a record of 33", probe(options, "head -c 40 /dev/zero >&4", "read-pair", "BLOCK"));
        assertEquals("a record of 31", probe(options, "head -c 31 /dev/zero >&4", "read-pair", "BLOCK"));
    }

    @Test
    void needsNoNativeCodeForAPathAndSaysWhereItDoes() throws IOException, InterruptedException {
        List<String> without = List.of("-Dio.netty.transport.noNative=true");
        Path path = folder.resolve("socket");
        assertEquals("bytes: 32", output(java(without, "path", "BLOCK", path.toString())));
        assertEquals(
                "descriptor 3 cannot be used here: Native transport was explicit disabled"
                        + " with -Dio.netty.transport.noNative=true",
                output(java(without, "read", "BLOCK")));
    }
}
