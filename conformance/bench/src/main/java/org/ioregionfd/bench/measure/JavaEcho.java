// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.ioregionfd.conformance.rules.Registry;

/** The baseline for machines without a C compiler, a program of its own: {@code one|many|spin PATH}, like {@code echo.c}. */
public final class JavaEcho {
    private static final int MANY_BYTES = 65536;
    private static final int BACKLOG = 128;

    private JavaEcho() {}

    /**
     * Echoes until the process is ended.
     *
     * @param args the mode and the path
     */
    public static void main(String[] args) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(args[0].equals("one") ? Registry.FRAME_LENGTH : MANY_BYTES);
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(Path.of(args[1])), BACKLOG);
            while (listener.isOpen()) {
                SocketChannel accepted = listener.accept();
                accepted.configureBlocking(!args[0].equals("spin"));
                echo(accepted, buffer);
            }
        }
    }

    /** Until the end of that connection, however it ends; then the next one may come. */
    @SuppressWarnings("EmptyCatch")
    private static void echo(SocketChannel accepted, ByteBuffer buffer) {
        try (accepted) {
            while (accepted.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    accepted.write(buffer);
                }
            }
        } catch (IOException e) {
            // A reset is an end like any other.
        }
    }
}
