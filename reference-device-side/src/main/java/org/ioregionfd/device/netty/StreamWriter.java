// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

/** Writes to a byte stream: all frames in one write, which the transport completes if it was short [CHN-003]. */
@SuppressWarnings(
        "FutureReturnValueIgnored") // a failed close or write ends the channel, which is noticed anyway
final class StreamWriter implements FrameWriter {
    private final Channel channel;

    StreamWriter(Channel channel) {
        this.channel = channel;
    }

    @Override
    public boolean isReady() {
        return channel.isWritable();
    }

    @Override
    public void send(ByteBuf frames) {
        channel.writeAndFlush(frames, channel.voidPromise());
    }

    @Override
    public ChannelFuture sent() {
        return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    }
}
