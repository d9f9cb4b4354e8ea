// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.Decoding;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.HandshakeFrame;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.TaggedResponse;
import org.ioregionfd.wire.TranscriptDigest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The device in C, as a process, meets the Java binding on a Unix socket. */
@Timeout(60)
class CDeviceTest {
    private static final int EXPONENT_32_BIT = 2;
    private static final long HOLD = 0x110;
    private static final long RELEASE = 0x118;
    private static final long COUNTER = 0x128;
    private static final int NONCE = 0xDE;

    @TempDir
    static Path folder;

    private static Path program;

    private final Path socket = folder.resolve("device-" + System.nanoTime());
    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void buildTheDevice() throws IOException {
        if (CCompiler.FOR_PROGRAMS.isPresent()) {
            program = CCompiler.FOR_PROGRAMS.get().build(folder, "example-device", "example-device.c");
        }
    }

    @BeforeEach
    void skipWithoutACompiler() {
        assumeTrue(CCompiler.FOR_PROGRAMS.isPresent(), "no C compiler here");
    }

    @AfterEach
    void stopProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void servesALegacyKvmInTheLayoutThatItIsStartedWith() throws IOException {
        for (Layout layout : Layout.values()) {
            Path path = socket.resolveSibling(layout.name());
            listening(path, "--layout", layout == Layout.INFO_WORD ? "info-word" : "byte-fields");
            try (SocketChannel channel = connect(path)) {
                ByteBuf out = Unpooled.buffer();
                LegacyCommand.writeRead(out, layout, EXPONENT_32_BIT, 1, COUNTER);
                LegacyCommand.writeRead(out, layout, EXPONENT_32_BIT, 2, 0xFFF);
                LegacyCommand.writeWrite(out, layout, EXPONENT_32_BIT, ResponseWanted.YES, 1, 0, 5);
                LegacyCommand.writeRead(out, layout, EXPONENT_32_BIT, 1, COUNTER);
                send(channel, out);

                assertEquals(0, receive(channel).readLongLE());
                assertEquals(0xFFFF_FFFFL, receive(channel).readLongLE(), "[V0-014]");
                assertEquals(0, receive(channel).readLongLE());
                assertEquals(1, receive(channel).readLongLE());
            }
        }
    }

    @Test
    void opensVersion2AndAnswersWhatIsReadyFirst() throws IOException {
        listening(socket);
        try (SocketChannel channel = connect(socket)) {
            assertEquals(2, ((Accept) negotiate(channel, 0)).version());
            ByteBuf out = Unpooled.buffer();
            TaggedCommand.writeRead(out, EXPONENT_32_BIT, 1, 1, HOLD);
            TaggedCommand.writeFence(out, 2);
            TaggedCommand.writeRead(out, EXPONENT_32_BIT, 3, 1, COUNTER);
            TaggedCommand.writeWrite(out, 3, 4, 1, RELEASE, 0x1_2345_6789L);
            send(channel, out);

            assertEquals("3: 0", answer(channel), "[ORD-004]");
            assertEquals("1: 23456789", answer(channel));
            assertEquals("2: 0", answer(channel), "[FEA-001]");
            assertEquals("4: 0", answer(channel));
        }
    }

    @Test
    void rejectsASelectOfAnotherDigestAndSendsNothingMore() throws IOException {
        listening(socket);
        try (SocketChannel channel = connect(socket)) {
            Reject reject = (Reject) negotiate(channel, 1);

            assertEquals(7, reject.reasonCode(), "[SEL-012]");
            assertEquals(-1, channel.read(ByteBuffer.allocate(1)), "[REJ-001]");
        }
    }

    @Test
    void servesSixtyFourChannelsAtATime() throws IOException {
        listening(socket);
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            channels.add(connect(socket));
            assertEquals(2, ((Accept) negotiate(channels.get(i), 0)).version());
        }
        for (SocketChannel channel : channels) {
            ByteBuf out = Unpooled.buffer();
            TaggedCommand.writeRead(out, EXPONENT_32_BIT, 9, 1, COUNTER);
            send(channel, out);
        }
        for (SocketChannel channel : channels) {
            assertEquals("9: 0", answer(channel), "[DEV-004]");
            channel.close();
        }
    }

    @Test
    void removesItsSocketWhenItIsTerminated() throws Exception {
        Process device = listening(socket);

        device.destroy();

        assertEquals(0, ended(device));
        assertFalse(Files.exists(socket));
    }

    @Test
    void saysByItsExitStatusWhatIsWrongWithItsCommandLine() throws Exception {
        Files.createFile(socket);

        assertEquals(2, ended(start("--unix")));
        assertEquals(2, ended(start("--unix", "x", "--fd", "0")));
        assertEquals(2, ended(start("--unix", "x", "--versions", "3")));
        assertEquals(3, ended(start("--unix", socket.toString())));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        return process;
    }

    private Process listening(Path path, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--unix", path.toString()));
        all.addAll(List.of(arguments));
        Process device = start(all.toArray(String[]::new));
        assertEquals("listening " + path, device.inputReader().readLine());
        return device;
    }

    private static int ended(Process process) throws InterruptedException {
        assertEquals(true, process.waitFor(30, TimeUnit.SECONDS), "it does not end");
        return process.exitValue();
    }

    private static SocketChannel connect(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(path));
        return channel;
    }

    /** The answer to a SELECT of version 2 with all offered features; {@code digestError} makes the digest wrong. */
    private static HandshakeFrame negotiate(SocketChannel channel, int digestError) throws IOException {
        TranscriptDigest digest = new TranscriptDigest();
        ByteBuf out = Unpooled.buffer();
        HandshakeCodec.encode(Hello.detached(Layout.INFO_WORD, 0, NONCE), out);
        digest.restart(out, 0);
        send(channel, out);
        ByteBuf answer = receive(channel);
        digest.add(answer, 0);
        Offer offer = (Offer) decoded(answer);
        assertEquals(NONCE, offer.nonce(), "[OFR-002]");

        out.clear();
        FeatureSet features = new FeatureSet(offer.features().bits() & 7);
        HandshakeCodec.encode(new Select(2, offer.maxInflight(), features, 0), out);
        TranscriptDigest.set(out, 0, digest.seal(out, 0) ^ digestError);
        send(channel, out);
        ByteBuf last = receive(channel);
        HandshakeFrame frame = decoded(last);
        if (frame instanceof Accept accept) {
            assertEquals(digest.seal(last, 0), accept.digest(), "[DIG-002]");
        }
        return frame;
    }

    private static HandshakeFrame decoded(ByteBuf bytes) {
        return ((Decoding.Decoded) HandshakeCodec.decodeResponse(bytes, 0)).frame();
    }

    private static void send(SocketChannel channel, ByteBuf bytes) throws IOException {
        ByteBuffer buffer = bytes.nioBuffer();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static ByteBuf receive(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Frame.LENGTH);
        while (buffer.hasRemaining()) {
            assertEquals(true, channel.read(buffer) >= 0, "the end of the stream instead of a frame");
        }
        return Unpooled.wrappedBuffer(buffer.flip());
    }

    /** Tag and data of a response of version 2 whose status is OK. */
    private static String answer(SocketChannel channel) throws IOException {
        TaggedResponse response = new TaggedResponse().read(receive(channel), 0);
        assertEquals(1, response.statusCode());
        return response.tag() + ": " + Long.toHexString(response.data());
    }
}
