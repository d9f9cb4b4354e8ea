// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.wire.Framing;

/**
 * A channel over a Unix stream socket of the JDK, on any system. The socket is non-blocking, and a selector waits, because an
 * interrupt of a waiting thread would close a blocking socket. If no interrupt will come, the socket is blocking.
 */
final class JdkChannel implements DirectChannel {
    /** One byte less than sockaddr_un could hold. */
    static final int PATH_BYTES_MAX = 106;

    private final SocketChannel channel;
    private Waiting waiting;
    private boolean waitingStopped;

    /** By operation: each direction has its own selector, because it has its own thread. Guarded by itself. */
    private final Map<Integer, Selector> selectors = new HashMap<>();

    /** Whether the last read left something to read, as far as can be told. */
    private boolean moreLikely;

    private JdkChannel(SocketChannel channel, Waiting waiting) {
        this.channel = channel;
        this.waiting = waiting;
    }

    /** Takes over a connected channel, which is still blocking; closes it if that fails. */
    static JdkChannel over(SocketChannel connected, Waiting waiting) throws IOException {
        try {
            if (waiting != Waiting.UNINTERRUPTED) {
                connected.configureBlocking(false);
            }
            return new JdkChannel(connected, waiting);
        } catch (IOException e) {
            connected.close();
            throw e;
        }
    }

    /** Whether the JDK has sockets with so long a path; the system itself takes a byte more. */
    static boolean takes(UnixPath unix) {
        return unix.bytes() <= PATH_BYTES_MAX;
    }

    static JdkChannel connect(UnixPath unix, Waiting waiting) throws IOException {
        Path path = unix.path();
        SocketChannel channel;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (UnsupportedOperationException e) {
            throw new IOException("no peer at " + path + ": this system has no Unix sockets", e);
        }
        try {
            // a blocking socket would wait for room in the backlog, however long that takes
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.configureBlocking(waiting == Waiting.UNINTERRUPTED);
            return new JdkChannel(channel, waiting);
        } catch (IOException e) {
            channel.close();
            throw new IOException("no peer at " + path + ": " + SocketCause.ofConnecting(unix, e), e);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        requireRoom(into);
        boolean askFirst = waiting == Waiting.BLOCK && !moreLikely;
        while (true) {
            if (askFirst) {
                await(SelectionKey.OP_READ);
            }
            int room = into.remaining();
            int length = channel.read(into);
            moreLikely = length == room;
            if (length != 0 || waiting != Waiting.BLOCK) {
                return length;
            }
            askFirst = true;
        }
    }

    @Override
    public void heedInterrupts() throws IOException {
        if (waiting == Waiting.UNINTERRUPTED) {
            waiting = Waiting.BLOCK;
            channel.configureBlocking(false);
        }
    }

    @Override
    public Optional<SelectableChannel> selectable() {
        return Optional.of(channel);
    }

    @Override
    public void stopWaiting() throws IOException {
        if (waiting == Waiting.UNINTERRUPTED) {
            channel.configureBlocking(false);
            waiting = Waiting.BUSY_POLL;
            waitingStopped = true;
        }
    }

    @Override
    public void waitAgain() throws IOException {
        if (waitingStopped) {
            channel.configureBlocking(true);
            waiting = Waiting.UNINTERRUPTED;
            waitingStopped = false;
        }
    }

    @Override
    public void awaitReadable() throws IOException {
        heedInterrupts();
        await(SelectionKey.OP_READ);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        requireRoom(from);
        while (true) {
            int length = channel.write(from);
            if (length != 0 || waiting != Waiting.BLOCK) {
                return length;
            }
            await(SelectionKey.OP_WRITE);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public Framing framing() {
        return Framing.STREAM;
    }

    @Override
    public void close() {
        try {
            channel.close();
            synchronized (selectors) {
                for (Selector selector : selectors.values()) {
                    selector.close();
                }
            }
        } catch (IOException e) {
            return; // it is closed, and held nothing that could be lost
        }
    }

    /** Refuses arguments that a user of a channel may not pass. */
    static void requireRoom(ByteBuffer buffer) {
        if (!buffer.isDirect() || !buffer.hasRemaining()) {
            throw new IllegalArgumentException("not a direct buffer with a byte at least: " + buffer);
        }
    }

    /** Takes the key from {@code Selector.select}: there is only one. */
    static void ignore(SelectionKey key) {}

    private void await(int operation) throws IOException {
        Selector selector = selector(operation);
        try {
            while (selector.select(JdkChannel::ignore) == 0) {
                if (!channel.isOpen()) {
                    throw new AsynchronousCloseException();
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException();
                }
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new AsynchronousCloseException();
        }
    }

    /** Made at the first wait. */
    private Selector selector(int operation) throws IOException {
        synchronized (selectors) {
            Selector selector = selectors.get(operation);
            if (selector == null) {
                selector = Selector.open();
                selectors.put(operation, selector);
                // registers, or throws if the channel was closed meanwhile; that close has not seen the selector
                registerOrClose(selector, operation);
            }
            return selector;
        }
    }

    private void registerOrClose(Selector selector, int operation) throws IOException {
        try {
            channel.register(selector, operation);
        } catch (IOException e) {
            selector.close();
            throw e;
        }
    }
}
