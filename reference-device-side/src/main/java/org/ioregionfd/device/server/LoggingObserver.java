// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the log {@code org.ioregionfd.device}: events of peers at level debug, because a peer can cause them
 * without end, and failures of this side at level warn.
 */
public final class LoggingObserver implements ChannelObserver {
    private final Logger log = LoggerFactory.getLogger("org.ioregionfd.device");

    @Override
    public void heard(ChannelEvent event) {
        if (event instanceof ChannelEvent.Failed failed) {
            log.warn("channel {} failed", failed.channel(), failed.cause());
        } else if (event instanceof ChannelEvent.AcceptFailed) {
            log.warn("{}", event);
        } else {
            log.debug("{}", event);
        }
    }
}
