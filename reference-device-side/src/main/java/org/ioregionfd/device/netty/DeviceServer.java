// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.device.DeviceChannel.Framing;

/**
 * Serves devices over Unix sockets, each channel with a device of its own. Runs on Linux. Its methods may be called from any
 * thread; devices and observers are called from event loops.
 */
public final class DeviceServer implements AutoCloseable {
    /**
     * Channels that are served at a time; what comes beyond is accepted and closed at once. It bounds descriptors and memory
     * against a peer that keeps connecting, and is far above the 64 that have to be served [DEV-004].
     */
    public static final int CHANNELS_MAX = 1024;

    /** An event loop that has nothing to wait for ends well within this. */
    private static final long SHUTDOWN_MAX_MILLIS = 2000;

    private final EventLoopGroup group;
    private final Channel served;

    private DeviceServer(EventLoopGroup group, Channel served) {
        this.group = group;
        this.served = served;
    }

    /**
     * Listens on a Unix socket until {@link #close}. A socket that was left behind at {@code path} is replaced.
     *
     * @throws IOException where that cannot be done, with a message for the user: somebody listens there already, or
     *     something else than a socket is there, or the system refuses
     */
    public static DeviceServer listen(Path path, ServerOptions options) throws IOException {
        requireEpoll();
        try {
            SocketFile.makeRoom(path);
        } catch (FileSystemException e) {
            throw new IOException("cannot listen on " + path + ": " + e, e);
        }
        EventLoopGroup group = newGroup(Runtime.getRuntime().availableProcessors());
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(EpollServerDomainSocketChannel.class)
                .handler(new AcceptFaults(options.observer()))
                .childHandler(new ChannelSetup(Framing.STREAM, options))
                .bind(new DomainSocketAddress(path.toFile()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            shutDown(group);
            throw new IOException(
                    "cannot listen on " + path + ": " + bound.cause().getMessage(), bound.cause());
        }
        return new DeviceServer(group, bound.channel());
    }

    /**
     * Serves one connected socket that this process was started with, stream or SEQPACKET, blocking or not, until the
     * channel is over.
     *
     * @param fd the descriptor; it belongs to the server from now on, which also shortens its SO_RCVTIMEO and SO_SNDTIMEO
     * @throws IOException where it cannot be served, with a message for the user; the descriptor is left as it was
     */
    public static DeviceServer adopt(int fd, ServerOptions options) throws IOException {
        requireEpoll();
        InheritedSocket socket = InheritedSocket.adopt(fd);
        EventLoopGroup group = newGroup(1);
        socket.channel().pipeline().addLast(new ChannelSetup(socket.framing(), options));
        group.register(socket.channel()).awaitUninterruptibly();
        return new DeviceServer(group, socket.channel());
    }

    /** Waits until there is nothing left to serve: after {@link #close}, or when the adopted channel is over. */
    public void awaitEnd() {
        served.closeFuture().awaitUninterruptibly();
    }

    /** Closes all channels, removes the socket from the file system, and ends the event loops. */
    @Override
    public void close() {
        served.close().awaitUninterruptibly();
        shutDown(group);
    }

    /** Tells the observer; the acceptor behind it then pauses for a second, so that a fault that stays does not spin. */
    private static final class AcceptFaults extends ChannelInboundHandlerAdapter {
        private final ChannelObserver observer;

        AcceptFaults(ChannelObserver observer) {
            this.observer = observer;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            observer.acceptFailed(cause);
            ctx.fireExceptionCaught(cause);
        }
    }

    private static EventLoopGroup newGroup(int threads) {
        return new MultiThreadIoEventLoopGroup(threads, EpollIoHandler.newFactory());
    }

    private static void shutDown(EventLoopGroup group) {
        group.shutdownGracefully(0, SHUTDOWN_MAX_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private static void requireEpoll() throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("epoll is not available here: "
                    + Epoll.unavailabilityCause().getMessage());
        }
    }
}
