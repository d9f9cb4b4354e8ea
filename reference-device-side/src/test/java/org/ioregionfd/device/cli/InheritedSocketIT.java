// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.cli.DeviceProgram.Exit;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code --fd}. A JVM hands no descriptor on to its children, so a launcher in Python makes the socket pair, starts the
 * program with one end of it, and lends its standard input and output to the other end.
 */
@Timeout(60)
class InheritedSocketIT {
    /**
     * Sends each line of its input, hexadecimal digits, in one call, and shuts down sending at the end of the input. Prints
     * each piece that comes as it comes, and an empty line for the end. Ends as the program does.
     */
    private static final String LAUNCHER = """
            import socket, subprocess, sys, threading
            kind, mode, command = sys.argv[1], sys.argv[2], sys.argv[3:]
            here, there = socket.socketpair(socket.AF_UNIX, getattr(socket, kind))
            there.setblocking(mode == 'blocking')
            child = subprocess.Popen(command + ['--fd', str(there.fileno())], pass_fds=[there.fileno()])
            there.close()
            def receive():
                piece = b'-'
                while piece:
                    try:
                        piece = here.recv(1 << 20)
                    except OSError:
                        piece = b''
                    print(piece.hex(), flush=True)
            receiver = threading.Thread(target=receive)
            receiver.start()
            try:
                for line in sys.stdin:
                    here.sendall(bytes.fromhex(line))
                here.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            receiver.join()
            sys.exit(child.wait())
            """;

    private static final Kvm KVM = new Kvm(DevicePolicy.DEFAULT);

    @BeforeAll
    static void needsPython() throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder("python3", "-c", "import socket").start().waitFor(20, TimeUnit.SECONDS);
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "python3 hands descriptors on to the program; without it --fd is not tested");
    }

    private static DeviceProgram serve(String kind, String mode) throws IOException {
        return DeviceProgram.run(List.of("python3", "-c", LAUNCHER, kind, mode), "serve");
    }

    private static void negotiate(DeviceProgram program) throws IOException {
        assertEquals(KVM.hello(Kvm.detached()), ask(program, Kvm.detached()));
        String accept = ask(program, KVM.select(2, FeatureSet.ALL, 64));
        assertEquals("494f52485304", accept.substring(16, 28));
    }

    private static String ask(DeviceProgram program, ByteBuf bytes) throws IOException {
        program.writeLine(Kvm.hex(bytes));
        return program.readLine();
    }

    /** More than one read takes, so that reads end with a full buffer and nothing behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"blocking", "non-blocking"})
    void servesAStreamInBursts(String mode) throws IOException, InterruptedException {
        try (DeviceProgram program = serve("SOCK_STREAM", mode)) {
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
            assertEquals(new Exit(0, "", ""), program.awaitExit());
        }
    }

    /** [CHN-001] Every answer is a record, also where one command sets several free. */
    @ParameterizedTest
    @ValueSource(strings = {"blocking", "non-blocking"})
    void servesRecords(String mode) throws IOException, InterruptedException {
        try (DeviceProgram program = serve("SOCK_SEQPACKET", mode)) {
            negotiate(program);
            program.writeLine(Kvm.hex(Kvm.taggedRead(1, 4, 1, 0x110)));
            program.writeLine(Kvm.hex(Kvm.taggedRead(2, 4, 1, 0x110)));
            program.writeLine(Kvm.hex(Kvm.taggedWrite(3, 4, 1, 0x118, 5)));
            assertEquals(Kvm.response(5, 1, 1), program.readLine());
            assertEquals(Kvm.response(5, 2, 1), program.readLine());
            assertEquals(Kvm.response(0, 3, 1), program.readLine());
            program.closeInput();

            assertEquals("", program.readLine());
            assertEquals(new Exit(0, "", ""), program.awaitExit());
        }
    }

    /** [CHN-005] */
    @ParameterizedTest
    @CsvSource({"blocking, 31", "blocking, 33", "blocking, 64", "non-blocking, 31", "non-blocking, 4096"})
    void closesOnARecordOfAnotherLength(String mode, int length) throws IOException, InterruptedException {
        try (DeviceProgram program = serve("SOCK_SEQPACKET", mode)) {
            negotiate(program);

            assertEquals("", ask(program, Unpooled.buffer().writeZero(length)));
            program.closeInput();
            assertEquals(new Exit(1, "", "channel 1: ended: violation of CHN-005"), program.awaitExit());
        }
    }

    /** [REJ-001] The process is gone when the drain is over, though the peer keeps its end open. */
    @ParameterizedTest
    @CsvSource({"SOCK_STREAM, blocking", "SOCK_STREAM, non-blocking", "SOCK_SEQPACKET, blocking"})
    void endsAfterAReject(String kind, String mode) throws IOException, InterruptedException {
        try (DeviceProgram program = serve(kind, mode)) {
            ask(program, Kvm.detached());
            String reject = ask(program, Kvm.marked(Frame.HANDSHAKE_OP, 0, 3));
            assertEquals("494f52485305", reject.substring(16, 28));
            assertEquals("", program.readLine());
            assertTrue(program.awaitErrLine().startsWith("channel 1: ended: REJECT DIGEST_MISMATCH"));
            program.closeInput();
            assertEquals(1, program.awaitExit().code());
        }
    }
}
