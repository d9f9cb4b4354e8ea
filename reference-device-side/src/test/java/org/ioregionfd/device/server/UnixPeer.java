// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.ioregionfd.wire.Frame;

/** The other end of a Unix socket, blocking. Tests that use it have a time-out each. */
public final class UnixPeer implements AutoCloseable {
    private final SocketChannel socket;

    private UnixPeer(SocketChannel socket) {
        this.socket = socket;
    }

    public static UnixPeer connect(Path path) throws IOException {
        return new UnixPeer(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    }

    public static UnixPeer of(SocketChannel connected) {
        return new UnixPeer(connected);
    }

    public UnixPeer send(ByteBuf bytes) throws IOException {
        ByteBuffer buffer = bytes.nioBuffer();
        while (buffer.hasRemaining()) {
            socket.write(buffer);
        }
        return this;
    }

    /** One frame as hexadecimal digits. */
    public String receive() throws IOException {
        return receive(Frame.LENGTH);
    }

    public String receive(int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new EOFException("after " + buffer.position() + " bytes");
            }
        }
        return ByteBufUtil.hexDump(buffer.array());
    }

    /** Whether the stream ends here, or the connection is lost, without another byte. */
    public boolean isAtEnd() {
        try {
            return socket.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    public void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    public SocketChannel socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
