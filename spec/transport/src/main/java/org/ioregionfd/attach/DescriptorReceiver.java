// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.attach.Readiness.Watched;

/**
 * A control socket on which other processes hand over descriptors (SCM_RIGHTS), one with each message. There may be any
 * number of descriptors and connections, but only {@value #CONNECTIONS_MAX} connections at a time. The bytes of a message
 * mean nothing. If several descriptors come with one message, they and the connection are closed.
 *
 * <p>{@link #receive} is for one thread at a time, {@link #close} for any. Needs Linux and the native code of Netty.
 */
public final class DescriptorReceiver implements Closeable {
    /** Few processes set up channels; a further connection is closed at once. */
    public static final int CONNECTIONS_MAX = 16;

    /** A sockaddr_un and its length; the address of the other end is not used. */
    private static final int ADDRESS_LENGTH = 128;

    private final Socket listening;
    private final Optional<Path> path;
    private final SharedUse use = new SharedUse(this::release);
    private final Readiness ready;
    private final Watched acceptable;
    private final List<Connection> connections = new ArrayList<>(CONNECTIONS_MAX);
    private final Queue<Integer> received = new ArrayDeque<>(CONNECTIONS_MAX);

    private record Connection(Socket socket, Watched watched) {}

    private DescriptorReceiver(Socket listening, Optional<Path> path) throws IOException {
        this.listening = listening;
        this.path = path;
        ready = new Readiness(use::isClosed);
        try {
            acceptable = ready.watch(listening, EpollIoOps.EPOLLIN);
        } catch (IOException e) {
            ready.destroy();
            throw e;
        }
    }

    /**
     * Listens on a path or a name. A socket that was left behind at a path is replaced.
     *
     * @throws IOException if that cannot be done, with a message for the user
     */
    public static DescriptorReceiver listen(Attachment attachment) throws IOException {
        Optional<Path> path = attachment instanceof UnixPath unix ? Optional.of(unix.path()) : Optional.empty();
        return NativeTransport.make(NativeTransport.listen(attachment), socket -> new DescriptorReceiver(socket, path));
    }

    /**
     * Sleeps until a descriptor has come.
     *
     * @return its number; it belongs to the caller now, is not inspected yet, and has O_NONBLOCK set. Close it with {@link
     *     InheritedDescriptor#discard} if it is no channel
     * @throws java.nio.channels.ClosedChannelException when the receiver is closed
     * @throws java.io.InterruptedIOException when the thread is interrupted, which it stays; nothing is lost
     * @throws IOException if a connection could not be accepted, mostly because there are too few descriptors; the caller may
     *     try again after a while
     */
    public int receive() throws IOException {
        use.enter();
        try {
            while (received.isEmpty()) {
                ready.await();
                takeAll();
            }
            return received.remove();
        } finally {
            use.leave();
        }
    }

    /** Takes one descriptor from each connection that has some, so that no connection keeps the others waiting. */
    private void takeAll() throws IOException {
        for (Connection connection : List.copyOf(connections)) {
            if (connection.watched().takeReady()) {
                take(connection);
            }
        }
        if (acceptable.takeReady()) {
            accept();
        }
    }

    private void take(Connection connection) throws IOException {
        int descriptor;
        try {
            descriptor = connection.socket().recvFd();
        } catch (IOException e) {
            descriptor = -1; // the connection is lost, or the message did not bring exactly one descriptor
        }
        if (descriptor > 0) {
            received.add(descriptor);
        } else if (descriptor < 0) {
            connections.remove(connection);
            connection.watched().forget();
            connection.socket().close();
        }
    }

    private void accept() throws IOException {
        int accepted = listening.accept(new byte[ADDRESS_LENGTH]);
        if (accepted < 0) {
            return;
        }
        Socket socket = new Socket(accepted);
        if (connections.size() == CONNECTIONS_MAX) {
            socket.close();
            return;
        }
        connections.add(new Connection(socket, ready.watch(socket, EpollIoOps.EPOLLIN)));
    }

    /** Listens no more, ends a {@link #receive} that waits, and removes the socket from the file system. */
    @Override
    public void close() {
        use.close();
        ready.wake();
    }

    private void release() {
        ready.destroy();
        received.forEach(InheritedDescriptor::discard);
        try {
            for (Connection connection : connections) {
                connection.socket().close();
            }
            listening.close();
            if (path.isPresent()) {
                Files.deleteIfExists(path.get());
            }
        } catch (IOException e) {
            return; // they are closed all the same
        }
    }
}
