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
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Listens on a path, with the JDK's sockets. */
final class JdkListener implements DirectListener {
    private final Path path;
    private final Waiting waiting;
    private final ServerSocketChannel server;
    private final @Nullable Selector selector;

    private JdkListener(Path path, Waiting waiting) throws IOException {
        this.path = path;
        this.waiting = waiting;
        selector = waiting == Waiting.UNINTERRUPTED ? null : Selector.open();
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    static JdkListener listen(Path path, Waiting waiting) throws IOException {
        JdkListener listener;
        try {
            SocketFile.makeRoom(path);
            listener = new JdkListener(path, waiting);
        } catch (UnsupportedOperationException e) {
            throw new IOException("cannot listen on " + path + ": this system has no Unix sockets", e);
        }
        try {
            listener.server.bind(UnixDomainSocketAddress.of(path), NativeTransport.BACKLOG);
            listener.register();
            return listener;
        } catch (IOException e) {
            listener.closeQuietly();
            throw new IOException("cannot listen on " + path + ": " + e.getMessage(), e);
        }
    }

    private void register() throws IOException {
        if (selector != null) {
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
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
    public void close() {
        if (server.isOpen()) {
            closeQuietly();
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                return; // the next listener replaces it
            }
        }
    }

    private void closeQuietly() {
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
