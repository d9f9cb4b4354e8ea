// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.InheritedDescriptor;
import org.ioregionfd.attach.LoopSocket;
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
    private final EventLoop loop;
    private final Channels channels;

    /** A transport without an observer. */
    public NettyTransport() throws IOException {
        this(Observation.NONE);
    }

    /** Throws an IOException that says why, if epoll cannot be used here. The direct transport needs none. */
    public NettyTransport(Observation observation) throws IOException {
        NettyEpoll.require("no epoll");
        channels = new Channels(observation);
        loop = new EventLoop();
    }

    @Override
    public KvmChannel connect(Attachment where, KvmPolicy policy) throws IOException {
        return connect(where, policy, Channels.newNonce());
    }

    @Override
    public KvmChannel connect(Attachment where, KvmPolicy policy, int nonce) throws IOException {
        LoopSocket socket = open(where);
        ChannelCore core = channels.newCore(where, policy, nonce);
        LoopByteMover mover = new LoopByteMover(core, socket, loop);
        mover.start();
        return channels.newChannel(core, mover);
    }

    static LoopSocket open(Attachment where) throws IOException {
        if (where instanceof DescriptorPair) {
            throw new IOException("two descriptors need the transport direct");
        }
        return where instanceof Descriptor descriptor
                ? LoopSocket.adopt(InheritedDescriptor.inspect(descriptor.number()))
                : LoopSocket.connect(where);
    }

    @Override
    public void close() {
        // When the thread ends, its sockets close, but nobody is told; so the channels are closed first [FAI-001].
        channels.close();
        loop.shutdownGracefully(0, Channels.CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
                .awaitUninterruptibly(Channels.CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
