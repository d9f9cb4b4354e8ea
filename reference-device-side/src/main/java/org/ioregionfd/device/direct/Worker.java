// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What a thread needs while it serves a channel, and what a channel without a thread does without: two buffers, and a selector
 * for a wait that ends. It serves one channel after the other. For one thread at a time, but for {@link #wake}.
 */
final class Worker {
    /** As many frames as are worth reading or writing at a time. */
    static final int BUFFER_LENGTH = 128 * Frame.LENGTH;

    final ByteBuf in = Unpooled.directBuffer(BUFFER_LENGTH, BUFFER_LENGTH);
    final ByteBuf out = Unpooled.directBuffer(BUFFER_LENGTH, BUFFER_LENGTH);
    final ByteBuffer inBytes = in.nioBuffer(0, BUFFER_LENGTH);
    final ByteBuffer outBytes = out.nioBuffer(0, BUFFER_LENGTH);
    private volatile @Nullable Selector selector;
    private @Nullable SelectionKey watched;

    /** Sleeps until the channel has input, for so long at most, or until {@link #wake}; whether it has input. */
    boolean awaitInput(SelectableChannel channel, long nanos) throws IOException {
        Selector waiting = selector;
        if (waiting == null) {
            waiting = Selector.open();
            selector = waiting;
        }
        if (watched == null) {
            watched = channel.register(waiting, SelectionKey.OP_READ);
        }
        return waiting.select(key -> {}, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos))) > 0;
    }

    /** Ends a sleep, from any thread; mostly the channel was closed. */
    void wake() {
        Selector waiting = selector;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    /** The channel is not waited for any more: another selector may watch it, and it may block. */
    void forget() throws IOException {
        SelectionKey key = watched;
        Selector waiting = selector;
        watched = null;
        if (key != null && waiting != null) {
            key.cancel();
            waiting.selectNow();
        }
    }

    /** Is used no more. */
    void release() {
        in.release();
        out.release();
        Selector waiting = selector;
        try {
            if (waiting != null) {
                waiting.close();
            }
        } catch (IOException e) {
            return; // it is closed all the same
        }
    }
}
