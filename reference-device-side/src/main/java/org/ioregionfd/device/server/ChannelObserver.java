// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

/** Gets the events of the channels of a server. */
@FunctionalInterface
public interface ChannelObserver {
    /** Ignores all events. */
    ChannelObserver SILENT = event -> {};

    /**
     * Takes an event. The thread that serves the channel calls it, or the one that accepted it: for several channels at a time,
     * and in order for each of them. It must not block. An exception closes the channel.
     */
    void heard(ChannelEvent event);
}
