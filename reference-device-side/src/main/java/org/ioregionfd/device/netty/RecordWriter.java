// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import org.ioregionfd.wire.Frame;

/**
 * Writes to a SEQPACKET socket: one frame to a record [CHN-001]. The transport would gather queued frames into one write, and
 * so into one record. So the next frame is queued only when the kernel has the one before it.
 */
final class RecordWriter implements FrameWriter {
    private final Channel channel;
    private final Runnable whenReady;
    private ChannelFuture sent;

    RecordWriter(Channel channel, Runnable whenReady) {
        this.channel = channel;
        this.whenReady = whenReady;
        sent = channel.newSucceededFuture();
    }

    @Override
    public boolean isReady() {
        return sent.isDone();
    }

    @Override
    public void send(ByteBuf frames) {
        ChannelPromise all = channel.newPromise();
        sent = all;
        sendNext(frames, all);
    }

    @Override
    public ChannelFuture sent() {
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
