// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.kvm.netty.KvmHandler.Boundaries;
import org.ioregionfd.wire.Frame;

/** Socket channels that are set up for a KVM side: connected, or adopted from whoever started this process. */
final class Sockets {
    /** What one read takes: as many responses as the default window twice, so that one read is enough. */
    private static final int READ_LENGTH = 128 * Frame.LENGTH;

    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int TIMEVAL_LENGTH = 16;

    private Sockets() {}

    /** Connects to a listening stream socket. */
    static EpollDomainSocketChannel connect(IoEventLoopGroup group, Path path, KvmHandler handler) throws IOException {
        EpollDomainSocketChannel channel = new EpollDomainSocketChannel();
        start(group, channel, handler);
        ChannelFuture connected = channel.connect(new DomainSocketAddress(path.toFile()));
        try {
            await(connected);
        } catch (IOException e) {
            await(channel.close());
            throw new IOException(
                    "no peer at " + path + ": " + (Files.exists(path) ? "nobody listens" : "no such file"), e);
        }
        return channel;
    }

    /** Takes over a connected Unix socket of either kind, blocking or not. */
    static EpollDomainSocketChannel adopt(int descriptor) throws IOException {
        if (descriptor < 0) {
            throw new IOException("no peer: " + descriptor + " is no descriptor");
        }
        try {
            EpollDomainSocketChannel channel = new EpollDomainSocketChannel(descriptor, true);
            int type = type(channel);
            if (type != SOCK_STREAM && type != SOCK_SEQPACKET) {
                throw new IOException("no peer: descriptor " + descriptor + " is neither STREAM nor SEQPACKET");
            }
            bound(channel, "SO_RCVTIMEO", SO_RCVTIMEO);
            bound(channel, "SO_SNDTIMEO", SO_SNDTIMEO);
            return channel;
        } catch (ChannelException e) {
            throw new IOException("no peer: descriptor " + descriptor + " is no socket", e);
        }
    }

    /** Whether the socket keeps the boundaries of what is written. */
    static Boundaries boundaries(EpollDomainSocketChannel channel) {
        return type(channel) == SOCK_SEQPACKET ? Boundaries.RECORDS : Boundaries.STREAM;
    }

    /** Puts a channel to work. */
    static void start(IoEventLoopGroup group, EpollDomainSocketChannel channel, KvmHandler handler) throws IOException {
        // One read per readiness: a second one could block on a blocking descriptor.
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_LENGTH).maxMessagesPerRead(1));
        // [CHN-008] a failed write does not close: a REJECT may still be there to read
        channel.config().setAutoClose(false);
        await(new Bootstrap()
                .group(group)
                .channelFactory(() -> channel)
                .handler(handler)
                .register());
    }

    /**
     * An inherited descriptor may be a blocking one, and then a call on it would hold up the event loop for as long as the
     * peer likes: with this bound it gives up after the shortest time that the kernel knows, as a non-blocking one does.
     */
    private static void bound(EpollDomainSocketChannel channel, String name, int option) {
        ByteBuffer oneMicrosecond = ByteBuffer.allocateDirect(TIMEVAL_LENGTH).order(ByteOrder.nativeOrder());
        oneMicrosecond.putLong(0, 0).putLong(Long.BYTES, 1);
        channel.config().setOption(new RawUnixChannelOption(name, SOL_SOCKET, option, TIMEVAL_LENGTH), oneMicrosecond);
    }

    private static int type(EpollDomainSocketChannel channel) {
        return channel.config().getOption(new IntegerUnixChannelOption("SO_TYPE", SOL_SOCKET, SO_TYPE));
    }

    private static void await(ChannelFuture future) throws IOException {
        future.awaitUninterruptibly();
        Throwable cause = future.cause();
        if (cause != null) {
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
    }
}
