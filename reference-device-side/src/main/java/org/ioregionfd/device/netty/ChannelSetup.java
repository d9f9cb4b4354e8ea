// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.DuplexChannel;
import java.util.function.LongSupplier;
import org.ioregionfd.device.server.ServedChannels;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;

/** Sets up a channel that serves a device. The event loops of a server share it. */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored") // a failed close or write ends the channel, which is noticed anyway
final class ChannelSetup extends ChannelInitializer<DuplexChannel> {
    /** Reads begin with this, grow with what a peer sends, and shrink again. */
    private static final int READ_INITIAL = 2048;

    private static final int READ_MIN = 64;

    /** One write answers one read; larger ones save nothing more. */
    private static final int READ_MAX = 1 << 16;

    /** Longer than a frame, so that a longer record shows as such [CHN-005]. */
    static final int RECORD_READ = 2 * Frame.LENGTH;

    private final ServedChannels served;
    private final Framing framing;
    private final LongSupplier numbers;
    private final ChannelGroup channels;

    /**
     * @param numbers gives each channel its number, and 0 if there are too many
     * @param channels takes each channel, until it is closed
     */
    ChannelSetup(ServedChannels served, Framing framing, LongSupplier numbers, ChannelGroup channels) {
        this.served = served;
        this.framing = framing;
        this.numbers = numbers;
        this.channels = channels;
    }

    @Override
    protected void initChannel(DuplexChannel channel) {
        long number = numbers.getAsLong();
        if (number == 0) {
            channel.close();
            return;
        }
        // A peer that has shut down its sending still gets its answers.
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setRecvByteBufAllocator(reads());
        try {
            channel.pipeline().addLast(new DeviceChannelHandler(channel, served, number, framing));
            channels.add(channel);
        } catch (RuntimeException e) {
            served.openFailed(number, e);
            channel.close();
        }
    }

    /** One read for each event. It is answered before the next read, and no read is made in vain. */
    private RecvByteBufAllocator reads() {
        return switch (framing) {
            case STREAM -> new AdaptiveRecvByteBufAllocator(READ_MIN, READ_INITIAL, READ_MAX).maxMessagesPerRead(1);
            case RECORDS -> new FixedRecvByteBufAllocator(RECORD_READ).maxMessagesPerRead(1);
        };
    }
}
