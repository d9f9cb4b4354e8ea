// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import org.ioregionfd.wire.Frame;

/** The way out of a channel, in whole frames. Confined to the channel's event loop. */
abstract sealed class FrameWriter {
    /** Whether more may be sent. If not, nothing more is executed either, so that no peer can pile up answers. */
    abstract boolean isReady();

    /** Sends whole frames, at least one, and releases the buffer. */
    abstract void send(ByteBuf frames);

    /** Done when the kernel has everything that was given to {@link #send}, or can never get it. */
    abstract ChannelFuture sent();

    /** Writes to a byte stream: all frames in one write, which the transport completes if it was short [CHN-003]. */
    @SuppressWarnings("FutureReturnValueIgnored") // a failed close or write ends the channel, which is noticed anyway
    static final class OfStream extends FrameWriter {
        private final Channel channel;

        OfStream(Channel channel) {
            this.channel = channel;
        }

        @Override
        boolean isReady() {
            return channel.isWritable();
        }

        @Override
        void send(ByteBuf frames) {
            channel.writeAndFlush(frames, channel.voidPromise());
        }

        @Override
        ChannelFuture sent() {
            return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        }
    }

    /**
     * Writes to a SEQPACKET socket: one frame to a record [CHN-001]. The transport would gather queued frames into one write, and
     * so into one record. So the next frame is queued only when the kernel has the one before it.
     */
    static final class OfRecords extends FrameWriter {
        private final Channel channel;
        private final Runnable whenReady;
        private ChannelFuture sent;

        OfRecords(Channel channel, Runnable whenReady) {
            this.channel = channel;
            this.whenReady = whenReady;
            sent = channel.newSucceededFuture();
        }

        @Override
        boolean isReady() {
            return sent.isDone();
        }

        @Override
        void send(ByteBuf frames) {
            ChannelPromise all = channel.newPromise();
            sent = all;
            sendNext(frames, all);
        }

        @Override
        ChannelFuture sent() {
            return sent;
        }

        private void sendNext(ByteBuf frames, ChannelPromise all) {
            channel.writeAndFlush(frames.readRetainedSlice(Frame.LENGTH)).addListener(written -> {
                if (written.isSuccess() && frames.isReadable()) {
                    sendNext(frames, all);
                } else {
                    frames.release();
                    all.setSuccess();
                    whenReady.run();
                }
            });
        }
    }
}
