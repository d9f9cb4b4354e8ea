// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.InheritedDescriptor;
import org.ioregionfd.attach.NativeListener;
import org.ioregionfd.attach.NettyEpoll;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.device.server.Acceptor;
import org.ioregionfd.device.server.Acceptors;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.ServedChannels;
import org.ioregionfd.device.server.ServerCounters;
import org.ioregionfd.device.server.ServerOptions;
import org.ioregionfd.wire.Framing;

/**
 * Serves devices from event loops over Linux's epoll: for many channels with few threads. Event loops call devices and
 * observers; one that blocks holds up other channels too.
 */
public final class NettyDeviceServer implements DeviceServer {
    /** An event loop ends well within this time, unless a device holds it; then nobody waits longer. */
    private static final long SHUTDOWN_MAX_MILLIS = 750;

    private final ServedChannels served;
    private final EventLoopGroup group;

    /**
     * The listening channels and the served ones. A channel that comes after these were closed is closed at once. They are
     * closed here, because an event loop that is shut down while it is busy does not close its channels.
     */
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private final Acceptors acceptors = new Acceptors();

    private NettyDeviceServer(ServerOptions options, EventLoopGroup group) {
        served = new ServedChannels(options);
        this.group = group;
    }

    /**
     * A server that serves nothing yet, and sleeps while there is nothing to do.
     *
     * @throws IOException if epoll cannot be used here, with a message that says why
     */
    public static NettyDeviceServer open(ServerOptions options) throws IOException {
        return open(options, Waiting.BLOCK);
    }

    /**
     * A server that serves nothing yet.
     *
     * @param waiting how the event loops wait; with {@link Waiting#BUSY_POLL} there are {@link Waiting#pollersMax()} of them,
     *     and each keeps a processor busy until the server is closed
     * @throws IOException if epoll cannot be used here, with a message that says why
     */
    public static NettyDeviceServer open(ServerOptions options, Waiting waiting) throws IOException {
        NettyEpoll.require("no epoll");
        return new NettyDeviceServer(options, waiting == Waiting.BUSY_POLL ? pollingLoops() : sleepingLoops());
    }

    private static EventLoopGroup sleepingLoops() {
        return new MultiThreadIoEventLoopGroup(0, EpollIoHandler.newFactory());
    }

    /**
     * They ask the kernel what is ready, and do not wait for it. SelectStrategy.BUSY_WAIT is no choice: with it, Netty sees
     * neither tasks nor deadlines until a descriptor is ready.
     */
    private static EventLoopGroup pollingLoops() {
        return new MultiThreadIoEventLoopGroup(
                Waiting.pollersMax(), EpollIoHandler.newFactory(0, () -> (ready, hasTasks) -> ready.get()));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a channel that no loop takes is closed
    public void listen(Attachment where) throws IOException {
        // not by Netty's own listening channel, which removes at its end whatever is at the path
        NativeListener listener = NativeListener.listen(where);
        ChannelSetup setup = new ChannelSetup(served, listener.framing(), served::openChannel, channels);
        acceptors.add(Acceptor.start(served, () -> register(listener.accept(), setup), listener::close));
    }

    @Override
    public void serve(Attachment channel) throws IOException {
        if (!(channel instanceof Descriptor descriptor)) {
            throw new IOException("the transport netty cannot serve " + channel + "; the transport direct can");
        }
        InheritedDescriptor inherited = InheritedDescriptor.inspect(descriptor.number());
        Framing framing = framing(inherited);
        // An event loop must never block; O_NONBLOCK cannot be set from here.
        inherited.boundWaits();
        long number = served.openChannel();
        if (number == 0) {
            throw new IOException("the largest number of channels is served already");
        }
        ChannelFuture registered = register(
                        inherited.number(), new ChannelSetup(served, framing, () -> number, channels))
                .awaitUninterruptibly();
        if (!registered.isSuccess()) {
            throw new IOException(
                    "cannot serve " + channel + ": " + registered.cause().getMessage(), registered.cause());
        }
    }

    /** Gives a connected socket to an event loop; if no loop takes it, it is closed. */
    private ChannelFuture register(int number, ChannelSetup setup) {
        // without the second argument Netty takes one that was reset by now for one that is not connected, and never
        // reads
        EpollDomainSocketChannel channel = new EpollDomainSocketChannel(number, true);
        channel.pipeline().addLast(setup);
        return group.register(channel);
    }

    @Override
    public void receive(Attachment control) throws IOException {
        acceptors.add(Acceptor.receive(control, served, this));
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        served.awaitEnd();
    }

    @Override
    public ServerCounters counters() {
        return served.counters();
    }

    @Override
    public void close() {
        acceptors.close();
        boolean mayWait = true;
        for (EventExecutor loop : group) {
            mayWait &= !loop.inEventLoop();
        }
        var closed = channels.close();
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SHUTDOWN_MAX_MILLIS);
        if (mayWait) {
            closed.awaitUninterruptibly(SHUTDOWN_MAX_MILLIS);
        }
        var ended = group.shutdownGracefully(0, SHUTDOWN_MAX_MILLIS, TimeUnit.MILLISECONDS);
        if (mayWait) {
            ended.awaitUninterruptibly(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            served.closed();
        } else {
            ended.addListener(all -> served.closed());
        }
    }

    private static Framing framing(InheritedDescriptor inherited) throws IOException {
        return switch (inherited.kind()) {
            case STREAM -> Framing.STREAM;
            case RECORDS -> Framing.RECORDS;
            case LISTENER, RECORD_LISTENER ->
                throw new IOException("descriptor " + inherited.number() + " is a listening socket, not a channel");
            case PIPE -> throw new IOException("descriptor " + inherited.number() + " is a pipe, not a socket");
        };
    }
}
