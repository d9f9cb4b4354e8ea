// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

/** Hears what becomes of the channels of a server. */
@FunctionalInterface
public interface ChannelObserver {
    /** Listens to nothing. */
    ChannelObserver SILENT = event -> {};

    /**
     * Takes what has happened. Called on whichever thread serves the channel, for several channels at a time, and in order
     * for each of them. It must not block; what it throws closes the channel.
     */
    void heard(ChannelEvent event);
}
