// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.io.IOException;
import org.ioregionfd.attach.Attachment;

/**
 * Where channels come from. There are two: {@code org.ioregionfd.kvm.netty.NettyTransport} carries many channels on one
 * thread, with {@code org.ioregionfd.kvm.direct.DirectTransport} the calling threads move the bytes. All methods can be
 * called from any thread.
 */
public interface KvmTransport extends AutoCloseable {
    /**
     * Connects to a device side, or takes over descriptors of this process. Nobody else may use them from now on [CHN-009,
     * CHN-010]. It sends nothing before the first call on the channel.
     *
     * @throws IOException if there is no peer, with one line for the user
     */
    KvmChannel connect(Attachment where, KvmPolicy policy) throws IOException;

    /**
     * The same with a nonce of the caller's choice.
     *
     * @param nonce 0..255, at random [HEL-006]
     */
    KvmChannel connect(Attachment where, KvmPolicy policy, int nonce) throws IOException;

    /** Closes all channels, so that every access on them ends, and waits for this for at most a second. */
    @Override
    void close();
}
