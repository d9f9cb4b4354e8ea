// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.ioregionfd.wire.Frame;

/**
 * An event loop with its channels, and the two buffers that they use in turn while the loop serves them. Confined to the loop's
 * thread.
 */
final class ServingLoop extends SingleThreadIoEventLoop {
    /** As many bytes as are read or written at a time: 512 frames. More at a time save nothing, and each loop has two of them. */
    static final int BUFFER_LENGTH = 512 * Frame.LENGTH;

    private final Set<LoopChannel> channels = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean takesNoMore;
    private final ByteBuffer inBytes = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final ByteBuffer outBytes = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final ByteBuf in = Unpooled.wrappedBuffer(inBytes);
    private final ByteBuf out = Unpooled.wrappedBuffer(outBytes);

    ServingLoop(IoEventLoopGroup group, Executor executor, IoHandlerFactory handlers) {
        super(group, executor, handlers);
    }

    /** Takes a channel, until {@link #remove}; false if the server was closed. */
    boolean add(LoopChannel channel) {
        return !takesNoMore && channels.add(channel);
    }

    void remove(LoopChannel channel) {
        channels.remove(channel);
    }

    /**
     * Closes all channels, and takes no more. Netty's own end of a loop closes them only where the loop looks in time whether it is
     * to end.
     */
    void closeChannels() {
        takesNoMore = true;
        List.copyOf(channels).forEach(LoopChannel::close);
    }

    /** For the bytes of one read. */
    ByteBuf in() {
        return in;
    }

    /** The bytes of {@link #in}. */
    ByteBuffer inBytes() {
        return inBytes;
    }

    /** For the answers to one read. */
    ByteBuf out() {
        return out;
    }

    /** The bytes of {@link #out}. */
    ByteBuffer outBytes() {
        return outBytes;
    }
}
