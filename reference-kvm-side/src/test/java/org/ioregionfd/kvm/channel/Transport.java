// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.io.IOException;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.direct.DirectTransport;
import org.ioregionfd.kvm.netty.NettyTransport;

/** The transports; every test of a channel runs on each. */
public enum Transport {
    NETTY,
    DIRECT,
    BUSY_POLL;

    /** A new one. */
    public KvmTransport open(Observation observation) throws IOException {
        return switch (this) {
            case NETTY -> new NettyTransport(observation);
            case DIRECT -> new DirectTransport(Waiting.BLOCK, observation);
            case BUSY_POLL -> new DirectTransport(Waiting.BUSY_POLL, observation);
        };
    }
}
