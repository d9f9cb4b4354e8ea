// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.NettyEpoll;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.channel.ChannelCore;
import org.ioregionfd.kvm.channel.Channels;

/**
 * Many channels on one thread with epoll. The thread is a daemon and does not keep a program from ending. It refuses calls
 * that would make it wait. The transport takes one socket for both directions; two descriptors need the direct transport.
 */
public final class NettyTransport implements KvmTransport {
    private final EventLoop group;
    private final Channels channels;

    /** A transport without an observer. */
    public NettyTransport() throws IOException {
        this(Observation.NONE);
    }

    /** Throws an IOException that says why, if epoll cannot be used here. The direct transport needs none. */
    public NettyTransport(Observation observation) throws IOException {
        NettyEpoll.require("no epoll");
        channels = new Channels(observation);
        group = new EventLoop();
    }

    @Override
    public KvmChannel connect(Attachment where, KvmPolicy policy) throws IOException {
        return connect(where, policy, Channels.newNonce());
    }

    @Override
    public KvmChannel connect(Attachment where, KvmPolicy policy, int nonce) throws IOException {
        Sockets socket = Sockets.open(where);
        ChannelCore core = channels.newCore(where, policy, nonce);
        KvmHandler handler = new KvmHandler(core, socket.framing());
        socket.start(group, handler);
        return channels.newChannel(core, handler);
    }

    @Override
    public void close() {
        // When the thread ends, its sockets close, but nobody is told; so the channels are closed first [FAI-001].
        channels.close();
        group.shutdownGracefully(0, Channels.CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
                .awaitUninterruptibly(Channels.CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    }

    /**
     * The event loop of a transport. A KVM side sends short commands and waits for their responses: one thread serves many
     * channels.
     */
    private static final class EventLoop extends SingleThreadIoEventLoop {
        /**
         * How many tasks may wait. A channel has one task at a time, and one more when it is registered. Nobody is expected to
         * have more channels than this; further tasks are refused.
         */
        private static final int TASKS_MAX = 1 << 16;

        EventLoop() {
            super(null, new DefaultThreadFactory("ioregionfd-kvm", true), EpollIoHandler.newFactory());
        }

        /** A queue that is made at full size: Netty's own sometimes adds an array, a few bytes for each task. */
        @Override
        protected Queue<Runnable> newTaskQueue(int maxPendingTasks) {
            return PlatformDependent.newFixedMpscQueue(TASKS_MAX);
        }
    }
}
