// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Listens on a Unix socket and lets a script talk on each connection, in a thread of its own. For tests of the suite. */
public final class SocketServer implements AutoCloseable {
    private final Path path;
    private final ServerSocketChannel listener;
    private final Script script;

    /** What the server does on one connection; the connection is closed when it returns. */
    public interface Script {
        /** Talks; an IOException ends the connection. */
        void talk(SocketChannel channel) throws IOException;
    }

    /** Begins to listen at {@code path}. */
    public SocketServer(Path path, Script script) throws IOException {
        this.path = path;
        this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        this.script = script;
        listener.bind(UnixDomainSocketAddress.of(path));
        start("server", () -> {
            while (true) {
                SocketChannel channel = listener.accept();
                start("connection", () -> serve(channel));
            }
        });
    }

    /** Where it listens. */
    public Path path() {
        return path;
    }

    /** The next 32 bytes, or an IOException at the end of the stream. */
    public static byte[] readFrame(SocketChannel channel) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(32);
        while (frame.hasRemaining()) {
            if (channel.read(frame) < 0) {
                throw new IOException("end of the stream");
            }
        }
        return frame.array();
    }

    /** Writes all of {@code bytes}. */
    public static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serve(SocketChannel channel) throws IOException {
        try (channel) {
            script.talk(channel);
        }
    }

    private interface Loop {
        void run() throws IOException;
    }

    private static void start(String name, Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException e) {
                        return; // The other side has closed, or the test has ended.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
