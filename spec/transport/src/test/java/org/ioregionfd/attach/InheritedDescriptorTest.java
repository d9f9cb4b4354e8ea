// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.InheritedDescriptor.Access;
import org.ioregionfd.attach.InheritedDescriptor.Kind;
import org.ioregionfd.attach.InheritedDescriptor.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kind of a descriptor, and the message to a user who has named the wrong one. */
@Timeout(60)
class InheritedDescriptorTest {
    private static final int NOT_OPEN = 99_999;

    @TempDir
    Path folder;

    private static void assertRefused(String message, Attachment attachment) {
        assertEquals(
                message,
                assertThrows(IOException.class, () -> DirectChannel.open(attachment, Waiting.BLOCK))
                        .getMessage());
    }

    private ServerSocketChannel server(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    @Test
    void tellsASocketThatBlocks() throws Exception {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel server = server(path)) {
            int number =
                    OpenDescriptors.numberOf("socket:", () -> SocketChannel.open(UnixDomainSocketAddress.of(path)));
            assertEquals(
                    new InheritedDescriptor(number, Kind.STREAM, Access.BOTH, Mode.BLOCKING),
                    InheritedDescriptor.inspect(number));
            InheritedDescriptor.discard(number);
            assertEquals(true, server.isOpen());
        }
    }

    @Test
    void tellsPipesAndWhichEndTheyAre() throws IOException {
        FileDescriptor[] pipe = FileDescriptor.pipe();
        int read = pipe[0].intValue();
        int write = pipe[1].intValue();
        assertEquals(
                new InheritedDescriptor(read, Kind.PIPE, Access.READ, Mode.NON_BLOCKING),
                InheritedDescriptor.inspect(read));
        assertEquals(
                new InheritedDescriptor(write, Kind.PIPE, Access.WRITE, Mode.NON_BLOCKING),
                InheritedDescriptor.inspect(write));
        assertRefused("descriptor " + write + " cannot be read", new DescriptorPair(write, write + 1));
        FileDescriptor[] other = FileDescriptor.pipe();
        int otherRead = other[0].intValue();
        assertRefused("descriptor " + otherRead + " cannot be written", new DescriptorPair(read, otherRead));
        other[0].close();
        other[1].close();
        assertRefused("descriptor " + read + " is a pipe, and a channel needs two of them", new Descriptor(read));
        pipe[0].close();
        pipe[1].close();
    }

    @Test
    void tellsASocketThatListens() throws Exception {
        Path path = folder.resolve("socket");
        int number = OpenDescriptors.numberOf("socket:", () -> server(path));
        assertEquals(Kind.LISTENER, InheritedDescriptor.inspect(number).kind());
        assertRefused("descriptor " + number + " is a listening socket, not a channel", new Descriptor(number));
        assertRefused(
                "descriptor " + number + " is a listening socket, not a channel",
                new DescriptorPair(number, number + 1));
        InheritedDescriptor.discard(number);
    }

    @Test
    void refusesWhatIsNoChannel() throws Exception {
        Path file = Files.createFile(folder.resolve("file")).toRealPath();
        int ordinary = OpenDescriptors.numberOf(
                file.toString(), () -> FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        assertRefused("descriptor " + ordinary + " is neither a socket nor a pipe", new Descriptor(ordinary));

        assertRefused("descriptor " + NOT_OPEN + " is not open", new Descriptor(NOT_OPEN));
        assertRefused("-1 is no descriptor", new Descriptor(-1));

        Socket datagrams = Socket.newSocketDomainDgram();
        assertRefused(
                "descriptor " + datagrams.intValue() + " is neither a stream nor a SEQPACKET socket",
                new Descriptor(datagrams.intValue()));
        datagrams.close();

        Socket alone = Socket.newSocketDomain();
        assertRefused(
                "descriptor " + alone.intValue() + " is a socket that neither is connected nor listens",
                new Descriptor(alone.intValue()));
        alone.close();
    }

    /** A refused descriptor may still be of use to its owner. */
    @Test
    void leavesWhatItRefusesAsItWas() throws Exception {
        FileDescriptor[] pipe = FileDescriptor.pipe();
        long before = OpenDescriptors.count();
        assertThrows(
                IOException.class,
                () -> DirectChannel.open(new DescriptorPair(pipe[0].intValue(), NOT_OPEN), Waiting.BLOCK));
        assertEquals(before, OpenDescriptors.count());
        pipe[0].close();
        pipe[1].close();
    }

    @Test
    void discardsOrForgets() throws Exception {
        Socket socket = Socket.newSocketDomain();
        socket.bind(new DomainSocketAddress("\0" + Ends.unique()));
        long before = OpenDescriptors.count();
        InheritedDescriptor.discard(socket.intValue());
        assertEquals(before - 1, OpenDescriptors.count());
        InheritedDescriptor.discard(NOT_OPEN);
        assertEquals(before - 1, OpenDescriptors.count());
    }
}
