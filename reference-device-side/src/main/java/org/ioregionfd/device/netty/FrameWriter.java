// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;

/** The way out of a channel, in whole frames. Confined to the channel's event loop. */
interface FrameWriter {
    /** Whether more may be sent. If not, nothing more is executed either, so that no peer can pile up answers. */
    boolean isReady();

    /** Sends whole frames, at least one, and releases the buffer. */
    void send(ByteBuf frames);

    /** Done when the kernel has everything that was given to {@link #send}, or can never get it. */
    ChannelFuture sent();
}
