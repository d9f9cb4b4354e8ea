// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.ioregionfd.attach.SocketTimeout.Of;

/**
 * The kind of a descriptor that this process was started with, or that another process passed to it. Inspecting changes
 * nothing.
 *
 * @param number its number
 * @param kind what it is
 * @param access which way bytes can go
 * @param mode what happens to a call on it that cannot go on
 */
public record InheritedDescriptor(int number, Kind kind, Access access, Mode mode) {
    /** What a descriptor can be here. */
    public enum Kind {
        /** A connected socket that is a stream of bytes. */
        STREAM,
        /** A connected socket that keeps records: SEQPACKET. */
        RECORDS,
        /** A listening stream socket. */
        LISTENER,
        /** A listening socket whose connections keep records: SEQPACKET. */
        RECORD_LISTENER,
        /** A pipe or FIFO, either end. */
        PIPE;

        /** Whether it listens, and so is no channel. */
        public boolean isListener() {
            return this == LISTENER || this == RECORD_LISTENER;
        }
    }

    /** What it was opened for. */
    public enum Access {
        READ,
        WRITE,
        BOTH
    }

    /** Whether O_NONBLOCK is set. */
    public enum Mode {
        BLOCKING,
        NON_BLOCKING
    }

    // Numbers of the Linux ABI, the same on x86-64 and arm64.
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int O_ACCMODE = 03;
    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;
    private static final int O_NONBLOCK = 04000;
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_FIFO = 0010000;

    private static final String FLAGS = "flags:";
    private static final Path PROC = Path.of("/proc/self");

    /**
     * Looks at a descriptor.
     *
     * @throws IOException if it can be no channel, with a message for the user
     */
    public static InheritedDescriptor inspect(int number) throws IOException {
        if (number < 0) {
            throw new IOException(number + " is no descriptor");
        }
        NativeTransport.require("descriptor " + number);
        Kind kind = kind(number);
        int flags = flags(number);
        Access access = switch (flags & O_ACCMODE) {
            case O_RDONLY -> Access.READ;
            case O_WRONLY -> Access.WRITE;
            default -> Access.BOTH;
        };
        return new InheritedDescriptor(
                number, kind, access, (flags & O_NONBLOCK) == 0 ? Mode.BLOCKING : Mode.NON_BLOCKING);
    }

    /** Closes a descriptor that is of no use, for example a received one that is no channel. It may be of any kind. */
    public static void discard(int number) {
        try {
            NativeTransport.require("descriptor " + number);
            new FileDescriptor(number).close();
        } catch (IOException e) {
            return; // not open, or nothing that could be closed from here
        }
    }

    /**
     * Prepares a blocking socket for a thread that must not be held up. A receive or send that cannot go on then returns
     * after one tick of the kernel's clock, the shortest time possible, as on a non-blocking socket. O_NONBLOCK itself cannot
     * be set from here.
     *
     * @throws IOException if the system refuses
     */
    public void boundWaits() throws IOException {
        SocketTimeout.TICK.set(new Socket(number), Of.RECEIVING);
        boundSends();
    }

    /** The same for sending alone. */
    void boundSends() throws IOException {
        SocketTimeout.TICK.set(new Socket(number), Of.SENDING);
    }

    private static Kind kind(int number) throws IOException {
        Socket socket;
        try {
            socket = new Socket(number);
        } catch (ChannelException e) {
            return kindOfNoSocket(number);
        }
        if (socket.getIntOpt(SOL_SOCKET, SO_DOMAIN) != AF_UNIX) {
            throw new IOException("descriptor " + number + " is a socket, but no Unix socket");
        }
        int type = socket.getIntOpt(SOL_SOCKET, SO_TYPE);
        if (type != SOCK_STREAM && type != SOCK_SEQPACKET) {
            throw new IOException("descriptor " + number + " is neither a stream nor a SEQPACKET socket");
        }
        if (socket.getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) != 0) {
            return type == SOCK_STREAM ? Kind.LISTENER : Kind.RECORD_LISTENER;
        }
        if (socket.remoteDomainSocketAddress() == null) {
            throw new IOException("descriptor " + number + " is a socket that neither is connected nor listens");
        }
        return type == SOCK_STREAM ? Kind.STREAM : Kind.RECORDS;
    }

    private static Kind kindOfNoSocket(int number) throws IOException {
        Path link = PROC.resolve("fd/" + number);
        if (!Files.isReadable(PROC)) {
            throw new IOException(
                    "descriptor " + number + " is no socket, and without /proc it cannot be told what it is");
        }
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("descriptor " + number + " is not open");
        }
        int mode = (Integer) Files.getAttribute(link, "unix:mode");
        if ((mode & TYPE_MASK) != TYPE_FIFO) {
            throw new IOException("descriptor " + number + " is neither a socket nor a pipe");
        }
        return Kind.PIPE;
    }

    /** Without /proc it is taken for a descriptor that blocks and goes both ways, which is also right for the other kinds. */
    private static int flags(int number) throws IOException {
        Path info = PROC.resolve("fdinfo/" + number);
        if (!Files.isReadable(info)) {
            return O_ACCMODE;
        }
        for (String line : Files.readAllLines(info)) {
            if (line.startsWith(FLAGS)) {
                return Integer.parseInt(line.substring(FLAGS.length()).strip(), 8);
            }
        }
        return O_ACCMODE;
    }
}
