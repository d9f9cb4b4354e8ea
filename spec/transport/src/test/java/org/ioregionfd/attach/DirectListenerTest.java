// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.wire.Framing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DirectListenerTest {
    @TempDir
    Path folder;

    /** The kinds of listening sockets. */
    private enum Where {
        PATH {
            @Override
            Attachment to(Path folder) {
                return new UnixPath(folder.resolve("socket"));
            }
        },
        NAME {
            @Override
            Attachment to(Path folder) {
                return new AbstractName(Ends.unique());
            }
        };

        abstract Attachment to(Path folder);
    }

    private static DirectListener listen(Attachment attachment) throws IOException {
        return DirectListener.listen(attachment, Waiting.BLOCK);
    }

    private static DirectChannel connect(Attachment attachment) throws IOException {
        return DirectChannel.open(attachment, Waiting.BLOCK);
    }

    private static FutureTask<DirectChannel> accepting(DirectListener listener, Thread[] thread) {
        FutureTask<DirectChannel> task = new FutureTask<>(listener::accept);
        thread[0] = new Thread(task);
        thread[0].start();
        Threads.awaitSleepInKernel(thread[0]);
        return task;
    }

    private static String messageOf(Attachment attachment) {
        return assertThrows(IOException.class, () -> listen(attachment)).getMessage();
    }

    private static String messageOfConnect(Attachment attachment) {
        return assertThrows(IOException.class, () -> connect(attachment)).getMessage();
    }

    @ParameterizedTest
    @EnumSource
    void acceptsInTheOrderOfTheConnections(Where where) throws Exception {
        Attachment attachment = where.to(folder);
        try (DirectListener listener = listen(attachment);
                DirectChannel first = connect(attachment);
                DirectChannel second = connect(attachment)) {
            first.write(ByteBuffer.allocateDirect(1).put(0, (byte) 1));
            second.write(ByteBuffer.allocateDirect(1).put(0, (byte) 2));
            for (int i = 1; i <= 2; i++) {
                try (DirectChannel accepted = listener.accept()) {
                    ByteBuffer one = ByteBuffer.allocateDirect(1);
                    accepted.read(one);
                    assertEquals(i, one.get(0));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsAnAcceptThatWaits(Where where) throws Exception {
        DirectListener listener = listen(where.to(folder));
        FutureTask<DirectChannel> accepting = accepting(listener, new Thread[1]);
        listener.close();
        Throwable failure =
                assertThrows(ExecutionException.class, accepting::get).getCause();
        assertTrue(failure instanceof ClosedChannelException, failure::toString);
        assertThrows(ClosedChannelException.class, listener::accept);
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsAnAcceptThatNobodyInterrupts(Where where) throws Exception {
        Attachment attachment = where.to(folder);
        DirectListener listener = DirectListener.listen(attachment, Waiting.UNINTERRUPTED);
        connect(attachment).close();
        listener.accept().close();
        FutureTask<DirectChannel> accepting = accepting(listener, new Thread[1]);
        listener.close();
        Throwable failure =
                assertThrows(ExecutionException.class, accepting::get).getCause();
        assertTrue(failure instanceof ClosedChannelException, failure::toString);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAnAcceptThatWaitsAndLeavesTheListener(Where where) throws Exception {
        Attachment attachment = where.to(folder);
        try (DirectListener listener = listen(attachment)) {
            Thread[] thread = new Thread[1];
            FutureTask<DirectChannel> accepting = accepting(listener, thread);
            thread[0].interrupt();
            Throwable failure =
                    assertThrows(ExecutionException.class, accepting::get).getCause();
            assertTrue(failure instanceof InterruptedIOException, failure::toString);
            connect(attachment).close();
            listener.accept().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesAllDescriptorsBack(Where where) throws Exception {
        long before = OpenDescriptors.count();
        DirectListener listener = listen(where.to(folder));
        assertTrue(OpenDescriptors.count() > before);
        listener.close();
        OpenDescriptors.awaitCount(before);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhereNobodyListens(Where where) throws Exception {
        Attachment attachment = where.to(folder);
        listen(attachment).close();
        String why = where == Where.PATH ? "no such file" : "nobody listens";
        assertEquals("no peer at " + attachment + ": " + why, messageOfConnect(attachment));
    }

    @Test
    void saysThatAnAbstractNameIsTaken() throws Exception {
        AbstractName name = new AbstractName(Ends.unique());
        try (DirectListener listener = listen(name)) {
            assertEquals("cannot listen on " + name + ": somebody has that name already", messageOf(name));
            connect(name).close();
            listener.accept().close();
        }
    }

    @Test
    void removesItsSocketFromTheFileSystem() throws Exception {
        Path path = folder.resolve("socket");
        DirectListener listener = listen(new UnixPath(path));
        assertTrue(Files.exists(path));
        listener.close();
        assertFalse(Files.exists(path));
    }

    @Test
    void replacesASocketThatWasLeftBehind() throws Exception {
        Path path = folder.resolve("socket");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        UnixPath attachment = new UnixPath(path);
        assertEquals("no peer at " + path + ": nobody listens", messageOfConnect(attachment));
        try (DirectListener listener = listen(attachment)) {
            connect(attachment).close();
            listener.accept().close();
        }
    }

    @Test
    void leavesWhatIsNotItsOwn() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals(file + " exists and is not a socket but a file", messageOf(new UnixPath(file)));
        assertTrue(Files.exists(file));

        Path path = folder.resolve("socket");
        try (DirectListener listener = listen(new UnixPath(path))) {
            assertEquals("somebody listens on " + path + " already", messageOf(new UnixPath(path)));
            listener.accept().close(); // who asked whether anybody listens
            connect(new UnixPath(path)).close();
            listener.accept().close();
        }
    }

    @Test
    void saysWhereItMayNotLook() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Path below = file.resolve("socket");
        assertEquals("cannot listen on " + below + ": " + file + " is not a folder", messageOf(new UnixPath(below)));
        assertEquals("no peer at " + below + ": " + file + " is not a folder", messageOfConnect(new UnixPath(below)));
    }

    /** A listener does not wait for a server that accepts nothing; and it does not replace the socket of a running server. */
    @Test
    void doesNotWaitForRoomInABacklog() throws Exception {
        Path path = folder.resolve("socket");
        UnixPath attachment = new UnixPath(path);
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(UnixDomainSocketAddress.of(path), 1);
            String message = "";
            for (int i = 0; i < 10 && message.isEmpty(); i++) {
                try {
                    connect(attachment);
                } catch (IOException e) {
                    message = e.getMessage();
                }
            }
            assertEquals("no peer at " + path + ": Resource temporarily unavailable", message);
            assertEquals("somebody listens on " + path + " already", messageOf(attachment));
        }
    }

    /** As a service manager starts a process, with a socket that blocks. */
    @Test
    void goesOnWithASocketThatListensAlready() throws Exception {
        Path path = folder.resolve("socket");
        int number = OpenDescriptors.numberOf(
                "socket:",
                () -> ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)));
        DirectListener listener = listen(new Descriptor(number));
        connect(new UnixPath(path)).close();
        listener.accept().close();
        FutureTask<DirectChannel> accepting = accepting(listener, new Thread[1]);
        listener.close();
        assertThrows(ExecutionException.class, accepting::get);
        assertEquals("no peer at " + path + ": nobody listens", messageOfConnect(new UnixPath(path)));
    }

    /** The process that passed it on goes on with it, and there may be more of them. */
    @Test
    void leavesTheOptionsOfASharedListenerAsTheyWere() throws Exception {
        Path path = folder.resolve("socket");
        int number = OpenDescriptors.numberOf(
                "socket:",
                () -> ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)));
        SocketTimeout itsOwn = new SocketTimeout(5, 0);
        try (DirectListener listener = listen(new Descriptor(number))) {
            Socket shared = new Socket(number);
            itsOwn.set(shared, SocketTimeout.Of.RECEIVING);
            SocketTimeout sending = SocketTimeout.get(shared, SocketTimeout.Of.SENDING);
            connect(new UnixPath(path)).close();
            listener.accept().close();
            assertEquals(itsOwn, SocketTimeout.get(shared, SocketTimeout.Of.RECEIVING));
            assertEquals(sending, SocketTimeout.get(shared, SocketTimeout.Of.SENDING));
            assertEquals(
                    InheritedDescriptor.Mode.BLOCKING,
                    InheritedDescriptor.inspect(number).mode());
        }
        assertTrue(Files.exists(path), "who bound it removes it");
    }

    @Test
    void refusesWhatCannotBeListenedOn() throws Exception {
        assertEquals("cannot listen on descriptors 3 and 4", messageOf(new DescriptorPair(3, 4)));
        Path nowhere = folder.resolve("none/socket");
        assertEquals("cannot listen on " + nowhere + ": no such folder", messageOf(new UnixPath(nowhere)));
        assertEquals("no peer at " + nowhere + ": no such folder", messageOfConnect(new UnixPath(nowhere)));
        try (Ends ends = Ends.Kind.NAME.open(folder, Waiting.BLOCK)) {
            int connected = OpenDescriptors.all().keySet().stream()
                    .filter(number -> isStream(number))
                    .findFirst()
                    .orElseThrow();
            assertEquals("descriptor " + connected + " does not listen", messageOf(new Descriptor(connected)));
            assertEquals(Framing.STREAM, ends.left().framing());
        }
    }

    private static boolean isStream(int number) {
        try {
            return InheritedDescriptor.inspect(number).kind() == InheritedDescriptor.Kind.STREAM;
        } catch (IOException e) {
            return false;
        }
    }
}
