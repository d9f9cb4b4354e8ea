// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.Optional;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.Attachment.UnixPath;

/** Netty's native code; only its calls on descriptors are used here. */
public final class NativeTransport {
    /**
     * How many connections may wait to be accepted. Waiting ones cost nothing, and a connection beyond these is refused, so
     * there is room for as many as a server is likely to have channels.
     */
    static final int BACKLOG = 1024;

    private NativeTransport() {}

    /** Throws, with a message for the user, if this host or the program's package lacks it. */
    static void require(String what) throws IOException {
        NettyEpoll.require(what + " cannot be used here");
    }

    /** What is made of a socket. */
    @FunctionalInterface
    interface Making<T> {
        T of(Socket socket) throws IOException;
    }

    /** Makes something of a socket; closes the socket if that fails. */
    static <T> T make(Socket socket, Making<T> making) throws IOException {
        try {
            return making.of(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A stream socket that listens on a path or a name. */
    static ListeningSocket listen(Attachment attachment) throws IOException {
        if (attachment instanceof UnixPath unix) {
            require(inFull(unix));
            // Netty's bind removes whatever is at the path, also a file
            return make(
                    newSocket(),
                    socket -> new ListeningSocket(
                            socket, Optional.of(SocketFile.bind(unix.path(), () -> listen(socket, address(unix))))));
        }
        if (attachment instanceof AbstractName name) {
            require(name.toString());
            try {
                return make(newSocket(), socket -> {
                    listen(socket, address(name));
                    return new ListeningSocket(socket, Optional.empty());
                });
            } catch (IOException e) {
                throw new IOException("cannot listen on " + name + ": " + SocketCause.ofNaming(e), e);
            }
        }
        throw new IOException("cannot listen on " + attachment);
    }

    private static void listen(Socket socket, DomainSocketAddress address) throws IOException {
        socket.bind(address);
        socket.listen(BACKLOG);
    }

    /** With its length, where that is why Netty's code is needed. */
    private static String inFull(Attachment attachment) {
        return attachment instanceof UnixPath unix && !JdkChannel.takes(unix)
                ? unix + " has " + unix.bytes() + " bytes, the JDK's own sockets take " + JdkChannel.PATH_BYTES_MAX
                        + ", and a longer one"
                : attachment.toString();
    }

    /** A non-blocking stream socket that is connected to a listener on a path or a name; an IOException says why there is none. */
    static Socket connect(Attachment attachment) throws IOException {
        require(inFull(attachment));
        Socket created = newSocket();
        try {
            return make(created, socket -> {
                if (!socket.connect(address(attachment))) {
                    throw new IOException("it does not answer"); // a Unix socket is connected at once or not at all
                }
                return socket;
            });
        } catch (IOException e) {
            throw new IOException("no peer at " + attachment + ": " + SocketCause.ofConnecting(attachment, e), e);
        }
    }

    private static DomainSocketAddress address(Attachment attachment) throws IOException {
        if (attachment instanceof UnixPath unix) {
            return new DomainSocketAddress(unix.path().toFile());
        }
        if (attachment instanceof AbstractName name) {
            return new DomainSocketAddress("\0" + name.name());
        }
        throw new IOException("it has neither a path nor a name");
    }

    private static Socket newSocket() throws IOException {
        try {
            return Socket.newSocketDomain();
        } catch (ChannelException e) {
            throw new IOException("no socket: " + e.getMessage(), e);
        }
    }
}
