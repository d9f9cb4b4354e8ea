// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
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

    /** Throws an IOException if this host has no epoll, or the library for it was not packaged. */
    public NettyTransport(Observation observation) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("no epoll on this host: use the transport direct", Epoll.unavailabilityCause());
        }
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
}
