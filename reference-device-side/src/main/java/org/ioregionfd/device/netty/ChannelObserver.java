// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import org.ioregionfd.device.Ending;
import org.ioregionfd.wire.Agreement;

/** Hears what becomes of the channels of a server; called from their event loops, so from several threads. */
public interface ChannelObserver {
    /** Listens to nothing. */
    ChannelObserver SILENT = new ChannelObserver() {
        @Override
        public void negotiated(long channel, Agreement agreement) {}

        @Override
        public void ended(long channel, Ending ending) {}

        @Override
        public void failed(long channel, Throwable cause) {}

        @Override
        public void acceptFailed(Throwable cause) {}
    };

    /** An ACCEPT was sent. Channels are numbered from 1 in the order in which they came. */
    void negotiated(long channel, Agreement agreement);

    /** The channel is over; the last that is heard of it. */
    void ended(long channel, Ending ending);

    /** Something else than the peer failed, for example a device; the channel is closed, and {@link #ended} follows. */
    void failed(long channel, Throwable cause);

    /** A connection could not be accepted, for want of descriptors as a rule; the next attempt is made a second later. */
    void acceptFailed(Throwable cause);
}
