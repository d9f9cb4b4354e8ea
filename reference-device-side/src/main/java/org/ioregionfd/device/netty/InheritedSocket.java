// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ioregionfd.device.DeviceChannel.Framing;

/**
 * A connected socket that this process was started with, looked at and made fit for an event loop.
 *
 * <p>An event loop must never block, and an inherited socket may be a blocking one; O_NONBLOCK cannot be set from here, and
 * it would change the socket under whoever shares it. Instead the socket gets the shortest time-outs that there are, one
 * tick of the kernel's clock: a receive or send that cannot go on comes back, as on a non-blocking socket. That costs
 * a tick where the peer does not take its answers, which only this channel feels: it has its process for itself.
 *
 * @param channel not yet registered
 * @param framing what the socket's type says of its messages
 */
record InheritedSocket(EpollDomainSocketChannel channel, Framing framing) {
    // Numbers of the Linux ABI, the same on x86-64 and arm64.
    private static final int SOL_SOCKET = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int TIMEVAL_LENGTH = 16;

    private static final IntegerUnixChannelOption SO_TYPE = new IntegerUnixChannelOption("SO_TYPE", SOL_SOCKET, 3);
    private static final IntegerUnixChannelOption SO_ACCEPTCONN =
            new IntegerUnixChannelOption("SO_ACCEPTCONN", SOL_SOCKET, 30);
    private static final RawUnixChannelOption SO_RCVTIMEO =
            new RawUnixChannelOption("SO_RCVTIMEO", SOL_SOCKET, 20, TIMEVAL_LENGTH);
    private static final RawUnixChannelOption SO_SNDTIMEO =
            new RawUnixChannelOption("SO_SNDTIMEO", SOL_SOCKET, 21, TIMEVAL_LENGTH);

    /** Takes over the descriptor; where it cannot be served it is left alone, and the exception's message says why. */
    static InheritedSocket adopt(int fd) throws IOException {
        try {
            EpollDomainSocketChannel channel = new EpollDomainSocketChannel(fd);
            if (channel.config().getOption(SO_ACCEPTCONN) != 0) {
                throw new IOException("file descriptor " + fd + " is a listening socket, not a channel");
            }
            Framing framing = framing(fd, channel.config().getOption(SO_TYPE));
            channel.config().setOption(SO_RCVTIMEO, shortestTimeout());
            channel.config().setOption(SO_SNDTIMEO, shortestTimeout());
            return new InheritedSocket(channel, framing);
        } catch (ChannelException e) {
            throw new IOException("file descriptor " + fd + " is no socket", e);
        }
    }

    private static Framing framing(int fd, int type) throws IOException {
        return switch (type) {
            case SOCK_STREAM -> Framing.STREAM;
            case SOCK_SEQPACKET -> Framing.RECORDS;
            default -> throw new IOException("file descriptor " + fd + " is neither a stream nor a SEQPACKET socket");
        };
    }

    /** A struct timeval of one microsecond, which the kernel rounds up to a tick; zero would mean to wait for ever. */
    private static ByteBuffer shortestTimeout() {
        ByteBuffer timeval = ByteBuffer.allocateDirect(TIMEVAL_LENGTH).order(ByteOrder.nativeOrder());
        timeval.putLong(0, 0);
        timeval.putLong(Long.BYTES, 1);
        return timeval;
    }
}
