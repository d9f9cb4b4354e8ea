// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.attach.DescriptorSender;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Grease;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.Policy;
import org.ioregionfd.device.cli.DeviceProgram.Exit;
import org.ioregionfd.device.model.Mailbox;
import org.ioregionfd.device.server.UnixPeer;
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

/** The program as its user sees it: its output, its end, the effects of its options. */
@Timeout(60)
class DeviceProgramIT {
    private static final String SWITCHED_OFF =
            "ioregionfd-device: no epoll: Native transport was explicit disabled with -Dio.netty.transport.noNative=true";

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

    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void servesTheConformanceDeviceUntilItIsTerminated(String transport) throws IOException, InterruptedException {
        try (DeviceProgram program =
                DeviceProgram.start("serve", "--unix", socket(), "--verbose", "--stats", "--transport", transport)) {
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
                    "channel 1: opened\n"
                            + "channel 1: detached HELLO in the layout info-word; offered versions"
                            + " 0,1,2 and grease, features POSTED_WRITES OUT_OF_ORDER FENCE and grease, window 64\n"
                            + "channel 1: selected version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64; all that"
                            + " was offered\n"
                            + "channel 1: ended: end of stream\n"
                            + "channels 1 (0 open, 0 refused), agreements 1, frames 3 in, 3 out, failures 0, violations none",
                    exit.err());
            assertFalse(Files.exists(Path.of(socket())));
        }
    }

    /** As soon as the socket is there, and before the program says so. */
    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void removesItsSocketWhereItIsTerminatedDuringItsStart(String transport) throws IOException, InterruptedException {
        for (int i = 0; i < 4; i++) {
            try (DeviceProgram program = DeviceProgram.start("serve", "--unix", socket(), "--transport", transport)) {
                while (!Files.exists(Path.of(socket()))) {
                    Thread.onSpinWait(); // the class has a time limit
                }
                program.terminate();
                Exit exit = program.awaitExit();

                assertEquals(143, exit.code());
                assertEquals("", exit.err());
                assertFalse(Files.exists(Path.of(socket())));
            }
        }
    }

    /** The OFFER shows the effect of every option. */
    @Test
    void offersWhatItsOptionsSay() throws IOException, InterruptedException {
        String options = "--versions 2 --features FENCE,POSTED_WRITES --require-features FENCE --max-inflight 300"
                + " --grease-seed 7 --layout byte-fields --device conformance --policy allow";
        try (DeviceProgram program = DeviceProgram.start(("serve --unix " + socket() + " " + options).split(" "))) {
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
                new Exit(
                        2,
                        "",
                        "ioregionfd-device: exactly one of --unix PATH, --fd N, --read-fd N with --write-fd N, --listen-fds,"
                                + " --receive PATH is needed; see --help"),
                exitOf("serve"));
    }

    /** Without epoll the program says so, and uses the other transport. */
    @Test
    void saysThatThereIsNoEpollAndServesWithoutIt() throws IOException, InterruptedException {
        List<String> withoutEpoll = List.of("-Dio.netty.transport.noNative=true");
        try (DeviceProgram program =
                DeviceProgram.runJava(withoutEpoll, "serve", "--unix", socket(), "--transport", "netty")) {
            assertEquals(new Exit(3, "", SWITCHED_OFF + "; use the transport direct"), program.awaitExit());
        }
        try (DeviceProgram program = DeviceProgram.runJava(withoutEpoll, "serve", "--unix", socket())) {
            try (UnixPeer peer = connect(program)) {
                assertEquals(
                        Kvm.response(0),
                        peer.send(Kvm.read(Layout.INFO_WORD, 4, 1, 0x128)).receive());
            }
            program.terminate();
            assertEquals(
                    SWITCHED_OFF + "; so the transport is direct",
                    program.awaitExit().err());
        }
    }

    /** The other devices, each with something that only it does. */
    @Test
    void servesTheDeviceThatItIsTold() throws IOException, InterruptedException {
        try (DeviceProgram program = DeviceProgram.start("serve", "--unix", socket(), "--device", "uart");
                UnixPeer peer = connect(program)) {
            peer.send(Kvm.write(Layout.INFO_WORD, 1, 1, 3, 3)).receive();
            for (byte data : "hello\n".getBytes(StandardCharsets.US_ASCII)) {
                assertEquals(
                        Kvm.response(0),
                        peer.send(Kvm.write(Layout.INFO_WORD, 1, 1, 0, data)).receive());
            }
            assertEquals("hello", program.readLine());
            program.writeLine("typed");
            for (byte data : "typed\n".getBytes(StandardCharsets.US_ASCII)) {
                String status;
                do {
                    status = peer.send(Kvm.read(Layout.INFO_WORD, 1, 1, 5)).receive();
                } while (status.equals(Kvm.response(0x60)));
                assertEquals(
                        Kvm.response(data),
                        peer.send(Kvm.read(Layout.INFO_WORD, 1, 1, 0)).receive());
            }
        }
        try (DeviceProgram program = DeviceProgram.start(
                        "serve", "--unix", socket(), "--device", "mailbox", "--transport", "direct", "--busy-poll");
                UnixPeer peer = connect(program)) {
            assertEquals(
                    Kvm.response(1000),
                    peer.send(Kvm.read(Layout.INFO_WORD, 8, 1, Mailbox.DELAY)).receive());
            assertEquals(
                    Kvm.response(0),
                    peer.send(Kvm.read(Layout.INFO_WORD, 8, 1, Mailbox.MAIL)).receive());
        }
    }

    /** Other tests check captures; this one checks that the frames are in the file when the program has ended. */
    @Test
    void tracesWhatGoesOverItsChannels() throws IOException, InterruptedException {
        Path trace = directory.resolve("trace.pcapng");
        try (DeviceProgram program = DeviceProgram.start("serve", "--unix", socket(), "--trace", trace.toString())) {
            try (UnixPeer peer = connect(program)) {
                peer.send(Kvm.write(Layout.INFO_WORD, 8, 1, 0, 0x8877665544332211L))
                        .receive();
                peer.send(Kvm.read(Layout.INFO_WORD, 8, 1, 0)).receive();
            }
            program.terminate();
            assertEquals(new Exit(143, "", ""), program.awaitExit());
        }
        String bytes = HexFormat.of().formatHex(Files.readAllBytes(trace));
        assertTrue(bytes.startsWith("0a0d0d0a"));
        assertTrue(bytes.contains(Kvm.hex(Kvm.read(Layout.INFO_WORD, 8, 1, 0))));
        assertTrue(bytes.contains(Kvm.response(0x8877665544332211L)));

        Exit exit = exitOf("serve", "--unix", socket(), "--trace", directory.toString());
        assertEquals(2, exit.code());
        assertEquals(
                "ioregionfd-device: cannot write a trace to " + directory + ": it is a folder; see --help", exit.err());
    }

    /** A VMM connects, and hands over its end. */
    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void servesWhatIsHandedOver(String transport) throws IOException, InterruptedException {
        Path meeting = directory.resolve("meeting");
        try (DeviceProgram program =
                        DeviceProgram.start("serve", "--receive", socket(), "--transport", transport, "--stats");
                ServerSocketChannel kvm = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertEquals("receiving " + socket(), program.readLine());
            kvm.bind(UnixDomainSocketAddress.of(meeting));
            try (DescriptorSender sender = DescriptorSender.connect(new UnixPath(Path.of(socket())))) {
                for (int i = 0; i < 3; i++) {
                    Socket end = Socket.newSocketDomain();
                    end.connect(new DomainSocketAddress(meeting.toFile()));
                    sender.send(end.intValue());
                    end.close();
                    try (UnixPeer peer = UnixPeer.of(kvm.accept())) {
                        assertEquals(
                                Kvm.response(0),
                                peer.send(Kvm.read(Layout.INFO_WORD, 4, 1, 0x128))
                                        .receive());
                        peer.shutdownOutput();
                        assertTrue(peer.isAtEnd());
                    }
                }
            }
            program.terminate();
            Exit exit = program.awaitExit();
            assertEquals(143, exit.code());
            assertTrue(exit.err().startsWith("channels 3 (0 open, 0 refused)"), exit.err());
            assertFalse(Files.exists(Path.of(socket())));
        }
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
        assertTrue(exit.err().startsWith("ioregionfd-device: descriptor 0 is "), exit.err());
        assertEquals(1, exit.err().lines().count(), exit.err());
        assertEquals(new Exit(3, "", "ioregionfd-device: descriptor 99 is not open"), exitOf("serve", "--fd", "99"));
    }
}
