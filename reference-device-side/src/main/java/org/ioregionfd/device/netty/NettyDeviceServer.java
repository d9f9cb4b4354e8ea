// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.InheritedDescriptor;
import org.ioregionfd.attach.LoopSocket;
import org.ioregionfd.attach.NativeListener;
import org.ioregionfd.attach.NettyEpoll;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.device.server.Acceptor;
import org.ioregionfd.device.server.Acceptors;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.ServedChannels;
import org.ioregionfd.device.server.ServerCounters;
import org.ioregionfd.device.server.ServerOptions;

/**
 * Serves devices from event loops over Linux's epoll: for many channels with few threads. Event loops call devices and
 * observers; one that blocks holds up other channels too.
 */
public final class NettyDeviceServer implements DeviceServer {
    /** An event loop ends well within this time, unless a device holds it; then nobody waits longer. */
    private static final long SHUTDOWN_MAX_MILLIS = 750;

    private final ServedChannels served;
    private final ServingLoops loops;
    private final Acceptors acceptors = new Acceptors();

    private NettyDeviceServer(ServerOptions options, ServingLoops loops) {
        served = new ServedChannels(options);
        this.loops = loops;
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

    private static ServingLoops sleepingLoops() {
        return new ServingLoops(0, EpollIoHandler.newFactory());
    }

    /**
     * They ask the kernel what is ready, and do not wait for it. SelectStrategy.BUSY_WAIT is no choice: with it, Netty sees
     * neither tasks nor deadlines until a descriptor is ready.
     */
    private static ServingLoops pollingLoops() {
        return new ServingLoops(
                Waiting.pollersMax(), EpollIoHandler.newFactory(0, () -> (ready, hasTasks) -> ready.get()));
    }

    @Override
    public void listen(Attachment where) throws IOException {
        // not by Netty's own listening channel, which removes at its end whatever is at the path
        NativeListener listener = NativeListener.listen(where);
        acceptors.add(Acceptor.start(
                served, () -> serve(LoopSocket.accepted(listener.accept(), listener.framing())), listener::close));
    }

    /** Serves an accepted channel, unless there are too many. Channels have their numbers in the order in which they are accepted. */
    private void serve(LoopSocket accepted) {
        long number = 0;
        try {
            number = served.openChannel();
        } finally {
            if (number == 0) {
                accepted.close();
            }
        }
        if (number != 0) {
            open(accepted, number);
        }
    }

    private void open(LoopSocket accepted, long number) {
        ServingLoop loop = loops.next();
        try {
            loop.execute(() -> LoopChannel.open(served, number, accepted, loop));
        } catch (RejectedExecutionException e) {
            // the server was closed
            accepted.close();
            served.openFailed(number, e);
        }
    }

    @Override
    public void serve(Attachment channel) throws IOException {
        if (!(channel instanceof Descriptor descriptor)) {
            throw new IOException("the transport netty cannot serve " + channel + "; the transport direct can");
        }
        LoopSocket socket = LoopSocket.adopt(InheritedDescriptor.inspect(descriptor.number()));
        long number = served.openChannel();
        if (number == 0) {
            throw new IOException("the largest number of channels is served already");
        }
        ServingLoop loop = loops.next();
        if (loop.inEventLoop()) {
            LoopChannel.open(served, number, socket, loop);
            return;
        }
        try {
            loop.submit(() -> LoopChannel.open(served, number, socket, loop)).awaitUninterruptibly();
        } catch (RejectedExecutionException e) {
            served.openFailed(number, e);
            throw new IOException("cannot serve " + channel + ": the server was closed", e);
        }
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
        for (EventExecutor each : loops) {
            ServingLoop loop = (ServingLoop) each;
            mayWait &= !loop.inEventLoop();
            closeChannels(loop);
        }
        var ended = loops.shutdownGracefully(0, SHUTDOWN_MAX_MILLIS, TimeUnit.MILLISECONDS);
        if (mayWait) {
            ended.awaitUninterruptibly(SHUTDOWN_MAX_MILLIS);
            served.closed();
        } else {
            ended.addListener(all -> served.closed());
        }
    }

    private static void closeChannels(ServingLoop loop) {
        try {
            loop.execute(loop::closeChannels);
        } catch (RejectedExecutionException e) {
            return; // the server was closed before
        }
    }
}
