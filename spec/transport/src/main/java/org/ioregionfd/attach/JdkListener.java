// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Listens on a path, with the JDK's sockets. */
final class JdkListener implements DirectListener {
    private final ServerSocketChannel server;
    private final SocketFile file;
    private final @Nullable Selector selector;
    private final Waiting waiting;

    private JdkListener(ServerSocketChannel server, SocketFile file, @Nullable Selector selector, Waiting waiting) {
        this.server = server;
        this.file = file;
        this.selector = selector;
        this.waiting = waiting;
    }

    static JdkListener listen(Path path, Waiting waiting) throws IOException {
        ServerSocketChannel server;
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (UnsupportedOperationException e) {
            throw new IOException("cannot listen on " + path + ": this system has no Unix sockets", e);
        }
        Selector selector = null;
        try {
            if (waiting != Waiting.UNINTERRUPTED) {
                selector = Selector.open();
                server.configureBlocking(false);
                server.register(selector, SelectionKey.OP_ACCEPT);
            }
            SocketFile file =
                    SocketFile.bind(path, () -> server.bind(UnixDomainSocketAddress.of(path), NativeTransport.BACKLOG));
            return new JdkListener(server, file, selector, waiting);
        } catch (IOException e) {
            closeQuietly(server, selector);
            throw e;
        }
    }

    @Override
    public DirectChannel accept() throws IOException {
        while (true) {
            SocketChannel accepted = server.accept();
            if (accepted != null) {
                return JdkChannel.over(accepted, waiting);
            }
            if (selector != null) {
                await(selector);
            }
        }
    }

    private static void await(Selector selector) throws IOException {
        try {
            if (selector.select(JdkChannel::ignore) == 0
                    && Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException();
            }
        } catch (ClosedSelectorException e) {
            throw new AsynchronousCloseException();
        }
    }

    @Override
    public synchronized void close() {
        if (server.isOpen()) {
            file.remove();
            closeQuietly(server, selector);
        }
    }

    private static void closeQuietly(ServerSocketChannel server, @Nullable Selector selector) {
        try {
            server.close();
            if (selector != null) {
                selector.close();
            }
        } catch (IOException e) {
            return; // it is closed all the same
        }
    }
}
