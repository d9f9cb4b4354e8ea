// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.attach.DescriptorSender;
import org.ioregionfd.attach.DirectChannel;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.wire.Frame;
import org.junit.jupiter.api.Test;

/** Where channels come from. */
class ServerAttachmentTest extends ServerFixture {
    /** A sockaddr_un and its length. */
    private static final int ADDRESS_LENGTH = 128;

    /** A name of Linux's own, with no file. */
    @Test
    void listensOnAnAbstractName() throws IOException {
        String name = "ioregionfd-test-" + ProcessHandle.current().pid();
        AbstractName where = new AbstractName(name);
        try (DeviceServer named = open(ConformanceDevice.MODEL)) {
            named.listen(where);
            try (DirectChannel peer = DirectChannel.open(where, Waiting.BLOCK)) {
                ByteBuffer bytes = ByteBuffer.allocateDirect(Frame.LENGTH);
                bytes.put(read(0x128).nioBuffer()).flip();
                peer.write(bytes);
                bytes.clear();
                assertEquals(Frame.LENGTH, peer.read(bytes));
                assertEquals(Kvm.response(0), Kvm.hex(Unpooled.wrappedBuffer(bytes.flip())));
            }
        }
    }

    @Test
    void refusesAPathThatSomebodyListensOn() {
        IOException refusal = assertThrows(IOException.class, () -> listening(path, ConformanceDevice.MODEL));

        assertEquals("somebody listens on " + path + " already", refusal.getMessage());
    }

    @Test
    void refusesAPathThatIsNoSocket() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        IOException refusal = assertThrows(IOException.class, () -> listening(file, ConformanceDevice.MODEL));

        assertEquals(file + " exists and is not a socket but a file", refusal.getMessage());
        assertTrue(Files.exists(file));
    }

    @Test
    void replacesASocketThatWasLeftBehind() throws IOException {
        Path stale = directory.resolve("stale");
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(stale));
        }
        assertTrue(Files.exists(stale));

        try (DeviceServer replacing = listening(stale, ConformanceDevice.MODEL);
                UnixPeer peer = UnixPeer.connect(stale)) {
            assertEquals(Kvm.response(0), peer.send(read(0)).receive());
            assertEquals(1, replacing.counters().channelsOpen());
        }
        assertFalse(Files.exists(stale));
    }

    @Test
    void refusesDescriptorsThatAreNoChannel() {
        for (Attachment where : new Attachment[] {new Descriptor(12345), new DescriptorPair(12345, 12346)}) {
            IOException refusal = assertThrows(IOException.class, () -> server.serve(where));
            assertTrue(refusal.getMessage().contains("12345"), refusal.getMessage());
            assertThrows(IOException.class, () -> server.listen(where));
        }
    }

    /** A socket that this process holds already: connected, or listening. */
    @Test
    void servesDescriptors() throws IOException, InterruptedException {
        try (DeviceServer adopting = open(ConformanceDevice.MODEL)) {
            Socket listening = Socket.newSocketDomain();
            Path adopted = directory.resolve("adopted");
            listening.bind(new DomainSocketAddress(adopted.toFile()));
            listening.listen(4);
            try (UnixPeer peer = UnixPeer.connect(adopted)) {
                adopting.serve(new Descriptor(listening.accept(new byte[ADDRESS_LENGTH])));
                assertEquals(Kvm.response(0), peer.send(read(0x128)).receive());
            }
            assertEquals("channel 1: ended: end of stream", heard());
            adopting.listen(new Descriptor(listening.intValue()));
            for (int i = 0; i < 3; i++) {
                try (UnixPeer peer = UnixPeer.connect(adopted)) {
                    assertEquals(Kvm.response(0), peer.send(read(0x128)).receive());
                }
                assertEquals("channel " + (i + 2) + ": ended: end of stream", heard());
            }
            IOException refusal =
                    assertThrows(IOException.class, () -> adopting.serve(new Descriptor(listening.intValue())));
            assertTrue(refusal.getMessage().contains("is a listening socket"), refusal.getMessage());
        }
    }

    /**
     * Another process connects, and gives its end to the device. A descriptor that is no channel is refused, and the next is
     * served.
     */
    @Test
    void servesDescriptorsThatAreHandedOver() throws IOException, InterruptedException {
        Path control = directory.resolve("control");
        Path meeting = directory.resolve("meeting");
        try (DeviceServer receiving = open(ConformanceDevice.MODEL);
                ServerSocketChannel kvm = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            receiving.receive(new UnixPath(control));
            kvm.bind(UnixDomainSocketAddress.of(meeting));
            try (DescriptorSender sender = DescriptorSender.connect(new UnixPath(control))) {
                FileDescriptor[] pipe = FileDescriptor.pipe();
                sender.send(pipe[0].intValue());
                pipe[0].close();
                pipe[1].close();
                assertTrue(heard().startsWith("cannot accept a connection: descriptor "));
                for (int i = 0; i < 3; i++) {
                    Socket socket = Socket.newSocketDomain();
                    socket.connect(new DomainSocketAddress(meeting.toFile()));
                    sender.send(socket.intValue());
                    socket.close();
                    try (UnixPeer peer = UnixPeer.of(kvm.accept())) {
                        assertEquals(Kvm.response(0), peer.send(read(0x128)).receive());
                    }
                    assertEquals("channel " + (i + 1) + ": ended: end of stream", heard());
                }
            }
            assertEquals(3, receiving.counters().channelsOpened());
        }
        assertFalse(Files.exists(control));
    }

    /** Both directions of each channel, and their ends. */
    @Test
    void letsATapHearEverything() throws IOException, InterruptedException {
        Map<Long, String> tapped = new ConcurrentHashMap<>();
        ServerOptions options = ServerOptions.serving(ConformanceDevice.MODEL)
                .withObserver(event -> {
                    if (event instanceof ChannelEvent.Ended) {
                        heard.add(event.toString());
                    }
                })
                .withTaps(channel -> (from, bytes, index, length) -> tapped.merge(
                        channel, from + " " + ByteBufUtil.hexDump(bytes, index, length) + "\n", String::concat));
        Path other = directory.resolve("tapped");
        try (DeviceServer tapping = transport.open(options)) {
            tapping.listen(new UnixPath(other));
            try (UnixPeer peer = UnixPeer.connect(other)) {
                peer.send(read(0x128)).receive();
                peer.shutdownOutput();
                assertEquals("channel 1: ended: end of stream", heard());
            }
            assertEquals(
                    "KVM " + Kvm.hex(read(0x128)) + "\nDEVICE " + Kvm.response(0) + "\nKVM \nDEVICE \n",
                    tapped.get(1L));
        }
    }
}
