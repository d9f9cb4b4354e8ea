// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A socket that waits for the first byte of a program that connects to it. */
record FirstFrame(ServerSocketChannel listener) implements AutoCloseable {
    static FirstFrame listen(Path path) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path));
        return new FirstFrame(listener);
    }

    /** Whoever connects and says nothing, to see whether anybody listens, is passed over. */
    void await() throws IOException {
        ByteBuffer first = ByteBuffer.allocate(1);
        while (first.hasRemaining()) {
            try (SocketChannel peer = listener.accept()) {
                peer.read(first);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
