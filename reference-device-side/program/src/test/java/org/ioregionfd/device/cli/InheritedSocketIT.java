// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.cli.DeviceProgram.Exit;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Descriptors with which the program is started. A JVM passes none to its children. So a launcher in C makes a socket pair,
 * or one for each direction, and starts the program with one end of it and a {@link Relay} with the other.
 */
@Timeout(60)
class InheritedSocketIT {
    /** Reports how the program ended, because the launcher does not. */
    private static final String TELLING = "\"$@\"; echo \"exit $?\" >&2";

    /** As a service manager passes descriptors. */
    private static final String ACTIVATING = "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"";

    private static final Kvm KVM = new Kvm(DevicePolicy.DEFAULT);

    @TempDir
    static Path folder;

    @BeforeAll
    static void needsACompiler() throws IOException, InterruptedException {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(":", -1))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "cc"))),
                "cc is not installed: sockets that a process inherits are not tested");
        Path source = Path.of(System.getProperty("basedir", ""))
                .toAbsolutePath()
                .getParent()
                .resolveSibling("conformance/legacy/with-socketpair.c");
        int compiled = new ProcessBuilder("cc", "-std=c11", "-o", launcher(), source.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, compiled);
    }

    private static String launcher() {
        return folder.resolve("with-socketpair").toString();
    }

    /**
     * A stream or SEQPACKET socket that blocks or not, as in "seqpacket nonblock", or a descriptor of one kind to read from and
     * one of another to write to, as in "seqpacket,pipe nonblock"; on one of the transports.
     */
    private static DeviceProgram serve(String channel, String transport) throws IOException {
        String where = isPair(channel) ? "--read-fd 3 --write-fd 4" : "--fd 3";
        return serve(channel, "exec \"$@\" " + where, "--transport", transport);
    }

    private static boolean isPair(String channel) {
        return channel.contains(",");
    }

    private static DeviceProgram serve(String channel, String shell, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher()));
        for (String word : channel.split(" ", -1)) {
            if (isPair(word)) {
                command.addAll(List.of("--pair", word));
            } else if (!word.equals("stream")) {
                command.add("--" + word);
            }
        }
        command.addAll(List.of("sh", "-c", TELLING, "sh", "sh", "-c", shell, "sh"));
        List<String> serving = new ArrayList<>(List.of("serve"));
        serving.addAll(List.of(arguments));
        command.addAll(DeviceProgram.command(List.of(), DeviceMain.class, serving.toArray(String[]::new)));
        command.add("--");
        command.addAll(DeviceProgram.command(List.of(), Relay.class, isPair(channel) ? "4" : "3"));
        return DeviceProgram.of(command);
    }

    /** Reads on until the program has reported its end; gives all its output on standard error. */
    private static String said(DeviceProgram program) throws IOException {
        StringBuilder said = new StringBuilder();
        String line;
        do {
            line = program.awaitErrLine();
            said.append(line).append('\n');
        } while (!line.startsWith("exit ") && !line.equals("null"));
        return said.toString();
    }

    private static void negotiate(DeviceProgram program) throws IOException {
        assertEquals(KVM.hello(Kvm.detached()), ask(program, Kvm.detached()));
        String accept = ask(program, KVM.select(2, FeatureSet.ALL, 64));
        assertEquals("494f52480400", accept.substring(16, 28));
    }

    private static String ask(DeviceProgram program, ByteBuf bytes) throws IOException {
        program.writeLine(Kvm.hex(bytes));
        return program.readLine();
    }

    /** More than one read takes, so that reads end with a full buffer and no bytes after it. */
    @ParameterizedTest
    @CsvSource({"stream, netty", "stream nonblock, netty", "stream, direct", "stream nonblock, direct"})
    void servesAStreamInBursts(String socket, String transport) throws IOException {
        try (DeviceProgram program = serve(socket, transport)) {
            negotiate(program);
            int commands = 8192;
            ByteBuf burst = Unpooled.buffer();
            for (int i = 0; i < commands; i++) {
                burst.writeBytes(Kvm.taggedRead(1, 4, 1, 0x128));
            }
            program.writeLine(Kvm.hex(burst));
            StringBuilder answers = new StringBuilder();
            while (answers.length() < commands * 2 * Frame.LENGTH) {
                answers.append(program.readLine());
            }
            assertEquals(Kvm.response(commands - 1, 1, 1), answers.substring(answers.length() - 2 * Frame.LENGTH));
            program.closeInput();

            assertEquals("", program.readLine());
            assertEquals("exit 0\n", said(program));
        }
    }

    /** [CHN-001] Every answer is a record, also if one command makes several ready. */
    @ParameterizedTest
    @CsvSource({
        "seqpacket, netty",
        "seqpacket nonblock, netty",
        "seqpacket, direct",
        "seqpacket nonblock, direct",
        "'seqpacket,seqpacket', direct",
        "'pipe,seqpacket nonblock', direct"
    })
    void servesRecords(String channel, String transport) throws IOException {
        try (DeviceProgram program = serve(channel, transport)) {
            negotiate(program);
            program.writeLine(Kvm.hex(Kvm.taggedRead(1, 4, 1, 0x110)));
            program.writeLine(Kvm.hex(Kvm.taggedRead(2, 4, 1, 0x110)));
            program.writeLine(Kvm.hex(Kvm.taggedWrite(3, 4, 1, 0x118, 5)));
            assertEquals(Kvm.response(5, 1, 1), program.readLine());
            assertEquals(Kvm.response(5, 2, 1), program.readLine());
            assertEquals(Kvm.response(0, 3, 1), program.readLine());
            program.closeInput();

            assertEquals("", program.readLine());
            assertEquals("exit 0\n", said(program));
        }
    }

    /** [CHN-005] */
    @ParameterizedTest
    @CsvSource({
        "seqpacket, netty, 31",
        "seqpacket, netty, 33",
        "seqpacket, direct, 64",
        "seqpacket nonblock, netty, 4096",
        "seqpacket nonblock, direct, 33",
        "'seqpacket,seqpacket', direct, 31",
        "'seqpacket,pipe nonblock', direct, 33",
        "'seqpacket,stream', direct, 64"
    })
    void closesOnARecordOfAnotherLength(String channel, String transport, int length) throws IOException {
        try (DeviceProgram program = serve(channel, transport)) {
            negotiate(program);

            assertEquals("", ask(program, Unpooled.buffer().writeZero(length)));
            assertEquals("channel 1: ended: violation of CHN-005\nexit 1\n", said(program));
        }
    }

    /** [CHN-005] A read cannot distinguish it from the end of the stream, and the channel closes in the same way. */
    @ParameterizedTest
    @CsvSource({
        "seqpacket, netty",
        "seqpacket nonblock, direct",
        "'seqpacket,seqpacket', direct",
        "'seqpacket,pipe', direct"
    })
    void anEmptyRecordIsTheEndOfTheStream(String channel, String transport) throws IOException {
        try (DeviceProgram program = serve(channel, transport)) {
            negotiate(program);

            assertEquals("", ask(program, Unpooled.EMPTY_BUFFER));
            assertEquals("exit 0\n", said(program));
        }
    }

    /** [REJ-001] The process is gone when the drain is over, though the peer keeps its end open. */
    @ParameterizedTest
    @CsvSource({
        "stream, netty",
        "stream nonblock, direct",
        "stream, direct",
        "seqpacket, netty",
        "seqpacket, direct",
        "'pipe,stream', direct",
        "'stream,seqpacket', direct",
        "'seqpacket,fifo nonblock', direct"
    })
    void endsAfterAReject(String channel, String transport) throws IOException {
        try (DeviceProgram program = serve(channel, transport)) {
            ask(program, Kvm.detached());
            String reject = ask(program, Kvm.marked(Frame.HANDSHAKE_OP, 0, 3));
            assertEquals("494f52480500", reject.substring(16, 28));
            assertEquals("", program.readLine());
            String said = said(program);
            assertTrue(said.startsWith("channel 1: ended: REJECT DIGEST_MISMATCH"), said);
            assertTrue(said.endsWith("\nexit 1\n"), said);
        }
    }

    /** Socket activation needs no option. */
    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void servesWhatAServiceManagerPassesOn(String transport) throws IOException {
        try (DeviceProgram program = serve("stream", ACTIVATING, "--transport", transport)) {
            // the program says that it serves on the standard output that it shares with the relay
            assertEquals("listening on 1 inherited", program.readLine());
            assertEquals(Kvm.response(0), ask(program, Kvm.read(Layout.INFO_WORD, 4, 1, 0x128)));
            program.closeInput();
            assertEquals("", program.readLine());
            assertEquals("exit 0\n", said(program));
        }
    }

    /** K at the far ends of two FIFOs. */
    @Test
    void servesPipes() throws IOException, InterruptedException {
        Path there = folder.resolve("there");
        Path back = folder.resolve("back");
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", there.toString(), back.toString())
                        .start()
                        .waitFor());
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 3<" + there + " 4>" + back, "sh"));
        command.addAll(
                DeviceProgram.command(List.of(), DeviceMain.class, "serve", "--read-fd", "3", "--write-fd", "4"));
        try (DeviceProgram program = DeviceProgram.of(command)) {
            try (OutputStream out = Files.newOutputStream(there);
                    InputStream in = Files.newInputStream(back)) {
                for (int i = 0; i < 3; i++) {
                    out.write(ByteBufUtil.getBytes(Kvm.read(Layout.INFO_WORD, 4, 1, 0x128)));
                    assertEquals(Kvm.response(i), ByteBufUtil.hexDump(in.readNBytes(Frame.LENGTH)));
                }
            }
            assertEquals(new Exit(0, "", ""), program.awaitExit());
        }
    }
}
