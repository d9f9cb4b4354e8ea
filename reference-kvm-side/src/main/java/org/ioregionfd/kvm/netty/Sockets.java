// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.InheritedDescriptor;
import org.ioregionfd.attach.NativeTransport;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;

/**
 * A socket channel for a KVM side: connected, or adopted from the process that started this one.
 *
 * @param framing how it cuts the received bytes
 */
record Sockets(EpollDomainSocketChannel channel, Framing framing) {
    /** The size of one read: the responses of two default windows, so that one read is enough. */
    private static final int READ_LENGTH = 128 * Frame.LENGTH;

    /** Connects, or takes over a descriptor. */
    static Sockets open(Attachment where) throws IOException {
        if (where instanceof Descriptor descriptor) {
            return adopt(InheritedDescriptor.inspect(descriptor.number()));
        }
        if (where instanceof DescriptorPair) {
            throw new IOException("two descriptors need the transport direct");
        }
        return new Sockets(new EpollDomainSocketChannel(NativeTransport.connectedSocket(where)), Framing.STREAM);
    }

    /** Puts the channel to work. */
    void start(EventLoopGroup group, KvmHandler handler) throws IOException {
        // One read per readiness: a second one could block on a blocking descriptor.
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_LENGTH).maxMessagesPerRead(1));
        // [CHN-008] a failed write does not close: a REJECT may still be there to read
        channel.config().setAutoClose(false);
        // nor does the end of the stream: another thread may be writing
        channel.config().setAllowHalfClosure(true);
        ChannelFuture registered = new Bootstrap()
                .group(group)
                .channelFactory(() -> channel)
                .handler(handler)
                .register()
                .awaitUninterruptibly();
        if (!registered.isSuccess()) {
            throw new IOException("the transport was closed", registered.cause());
        }
    }

    private static Sockets adopt(InheritedDescriptor descriptor) throws IOException {
        Framing framing = switch (descriptor.kind()) {
            case STREAM -> Framing.STREAM;
            case RECORDS -> Framing.RECORDS;
            case LISTENER, RECORD_LISTENER ->
                throw new IOException("no peer: descriptor " + descriptor.number() + " is a listening socket");
            case PIPE ->
                throw new IOException("no peer: descriptor " + descriptor.number()
                        + " is a pipe; a channel needs two of them, and the transport direct");
        };
        // it may be blocking, and then the peer could hold up the thread in a call on it
        descriptor.boundWaits();
        // without the second argument Netty takes one that was reset by now for one that is not connected, and never
        // reads
        return new Sockets(new EpollDomainSocketChannel(descriptor.number(), true), framing);
    }
}
