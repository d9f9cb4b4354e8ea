// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.ioregionfd.attach.Readiness.Watched;

/**
 * A control socket on which other processes hand over descriptors (SCM_RIGHTS), one with each message. There may be any
 * number of descriptors and connections, but only {@value #CONNECTIONS_MAX} connections at a time: a further one takes the
 * place of the one that has been silent for longest. So idle connections keep nobody out, however many there are, and a
 * process may keep its connection for as long as there is room. The bytes of a message mean nothing. If several descriptors
 * come with one message, they and the connection are closed.
 *
 * <p>{@link #receive} is for one thread at a time, {@link #close} for any. Needs Linux and the native code of Netty.
 */
public final class DescriptorReceiver implements Closeable {
    /** Few processes set up channels. */
    public static final int CONNECTIONS_MAX = 16;

    /** A sockaddr_un and its length; the address of the other end is not used. */
    private static final int ADDRESS_LENGTH = 128;

    private final ListeningSocket listening;
    private final SharedUse use = new SharedUse(this::release);
    private final Readiness ready;
    private final Watched acceptable;

    /** The one that has been silent for longest is the first. */
    private final List<Connection> connections = new ArrayList<>(CONNECTIONS_MAX);

    private final Queue<Integer> received = new ArrayDeque<>(CONNECTIONS_MAX);

    private record Connection(Socket socket, Watched watched) {}

    private DescriptorReceiver(ListeningSocket listening) throws IOException {
        this.listening = listening;
        ready = new Readiness(use::isClosed);
        try {
            acceptable = ready.watch(listening.socket(), EpollIoOps.EPOLLIN);
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
        ListeningSocket listening = NativeTransport.listen(attachment);
        try {
            return new DescriptorReceiver(listening);
        } catch (IOException e) {
            listening.close();
            throw e;
        }
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
            connections.remove(connection);
            connections.add(connection);
        } else if (descriptor < 0) {
            drop(connection);
        }
    }

    private void drop(Connection connection) throws IOException {
        connections.remove(connection);
        connection.watched().forget();
        connection.socket().close();
    }

    private void accept() throws IOException {
        int accepted = listening.socket().accept(new byte[ADDRESS_LENGTH]);
        if (accepted < 0) {
            return;
        }
        Socket socket = new Socket(accepted);
        if (connections.size() == CONNECTIONS_MAX) {
            drop(connections.get(0));
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
        } catch (IOException e) {
            return; // they are closed all the same
        }
    }
}
