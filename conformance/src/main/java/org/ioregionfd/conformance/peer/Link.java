// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.ioregionfd.conformance.peer.Patience.Deadline;

/**
 * A Unix stream socket on which every wait has a deadline. Confined to one thread.
 *
 * <p>The channel is non-blocking and has a selector of its own, because the JDK has no time-outs for Unix sockets.
 */
final class Link implements AutoCloseable {
    /** Between two tries of a connect that found the listener's queue full. */
    private static final long RETRY_MILLIS = 2;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;

    private Link(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.selector = Selector.open();
        channel.configureBlocking(false);
        this.key = channel.register(selector, 0);
    }

    /** How a wait for bytes ended. */
    enum End {
        /** All bytes that were asked for are there. */
        WHOLE,
        /** The peer has closed: end of the stream or a reset, which mean the same. CHN-008. */
        CLOSED,
        /** The deadline passed. */
        SILENT
    }

    /** The result of a wait: all requested bytes if the end is WHOLE, else fewer. */
    static final class Receipt {
        private final End end;
        private final byte[] bytes;

        Receipt(End end, byte[] bytes) {
            this.end = end;
            this.bytes = bytes;
        }

        End end() {
            return end;
        }

        byte[] bytes() {
            return bytes.clone();
        }

        int count() {
            return bytes.length;
        }
    }

    /** Connects to the listener at {@code path}; IOException if there is none before the deadline. */
    static Link connect(Path path, Deadline deadline) throws IOException {
        try (ReachablePath reachable = ReachablePath.to(path)) {
            return connect(reachable.address(), deadline);
        } catch (IOException e) {
            throw new IOException(new SocketPath(path).whyNot(e), e);
        }
    }

    private static Link connect(UnixDomainSocketAddress address, Deadline deadline) throws IOException {
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                if (!channel.connect(address)) {
                    channel.finishConnect();
                }
                if (channel.isConnected()) {
                    return new Link(channel);
                }
                channel.close();
            } catch (IOException e) {
                channel.close();
                // A full queue gives EAGAIN, and the peer may still accept later. Every other failure is final.
                if (!isQueueFull(e) || deadline.isOver()) {
                    throw e;
                }
            }
            if (deadline.isOver()) {
                throw new IOException("the listener accepts no connection");
            }
            try (Selector nothing = Selector.open()) {
                nothing.select(RETRY_MILLIS);
            }
        }
    }

    /** A listener at {@code path}, non-blocking. */
    static ServerSocketChannel listen(Path path) throws NotAttached {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(path));
            listener.configureBlocking(false);
            return listener;
        } catch (IOException e) {
            String why = ReachablePath.bytes(path) > ReachablePath.BYTES_MAX
                    ? "the path has more than " + ReachablePath.BYTES_MAX
                            + " bytes; -Djava.io.tmpdir=FOLDER makes it shorter"
                    : String.valueOf(e.getMessage());
            throw new NotAttached("the suite cannot listen at " + path + ": " + why);
        }
    }

    /** Closes the connections that no check took. */
    static void dropConnections(ServerSocketChannel listener) {
        try {
            while (true) {
                accept(listener, Deadline.in(Duration.ZERO)).close();
            }
        } catch (IOException e) {
            return; // No connection is left.
        }
    }

    /** The next connection to {@code listener}, which is non-blocking; IOException if none comes before the deadline. */
    static Link accept(ServerSocketChannel listener, Deadline deadline) throws IOException {
        try (Selector waiting = Selector.open()) {
            listener.register(waiting, SelectionKey.OP_ACCEPT);
            while (true) {
                SocketChannel channel = listener.accept();
                if (channel != null) {
                    return new Link(channel);
                }
                if (deadline.isOver()) {
                    throw new IOException("no connection came");
                }
                waiting.select(deadline.millisLeft());
                waiting.selectedKeys().clear();
            }
        }
    }

    /** Writes all of {@code bytes}, in one call where the socket takes them. IOException: the peer has closed. */
    void send(byte[] bytes, Deadline deadline) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (true) {
            channel.write(out);
            if (!out.hasRemaining()) {
                return;
            }
            if (deadline.isOver()) {
                throw new IOException("the peer reads nothing");
            }
            await(SelectionKey.OP_WRITE, deadline);
        }
    }

    /** Reads up to {@code length} bytes and no more, so that later bytes stay in the socket. */
    Receipt receive(int length, Deadline deadline) throws IOException {
        byte[] bytes = new byte[length];
        int count = 0;
        while (count < length) {
            int more;
            try {
                more = channel.read(ByteBuffer.wrap(bytes, count, length - count));
            } catch (IOException e) {
                more = -1; // [CHN-008] a reset is an end of the stream.
            }
            if (more < 0) {
                return new Receipt(End.CLOSED, Arrays.copyOf(bytes, count));
            }
            if (more == 0) {
                if (deadline.isOver()) {
                    return new Receipt(End.SILENT, Arrays.copyOf(bytes, count));
                }
                await(SelectionKey.OP_READ, deadline);
            }
            count += more;
        }
        return new Receipt(End.WHOLE, bytes);
    }

    /** Whether a byte, or the end of the stream, can be read before the deadline. */
    boolean isReadableBefore(Deadline deadline) throws IOException {
        return await(SelectionKey.OP_READ, deadline);
    }

    /** Waits, whatever the peer does meanwhile. */
    void pause(Duration wait) {
        try {
            key.interestOps(0);
            selector.select(wait.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException("a selector that cannot wait", e);
        }
    }

    /** Ends this side's stream; the other direction stays. */
    void finish() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        // The selector first: a registered channel would end its stream before it closes, and the peer would see no
        // reset.
        try (channel) {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket that could not be closed", e);
        }
    }

    private boolean await(int operation, Deadline deadline) throws IOException {
        key.interestOps(operation);
        int ready = selector.select(deadline.millisLeft());
        selector.selectedKeys().clear();
        return ready > 0;
    }

    private static boolean isQueueFull(IOException e) {
        return String.valueOf(e.getMessage()).contains("temporarily unavailable");
    }
}
