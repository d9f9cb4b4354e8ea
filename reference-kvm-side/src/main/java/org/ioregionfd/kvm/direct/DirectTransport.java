// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.direct;

import java.io.IOException;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.DirectChannel;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.channel.ChannelCore;
import org.ioregionfd.kvm.channel.Channels;

/**
 * Channels whose bytes are moved by the calling threads; one of the waiting threads reads for all. It takes a socket, or two
 * descriptors of any kind. It needs epoll only for inherited descriptors, abstract names and paths of 107 bytes.
 *
 * <p>It has two kinds of daemon threads. One thread serves the deadlines of all channels. It also checks a channel on which
 * nothing is awaited four times a second, to notice its end. A channel has another thread while something is awaited for
 * which no caller waits: a stage, an abandoned access, the end of a negotiation.
 */
public final class DirectTransport implements KvmTransport {
    private final Waiting waiting;
    private final Channels channels;
    private final Deadlines deadlines = new Deadlines();

    /** Callers sleep while they wait, and there is no observer. */
    public DirectTransport() {
        this(Waiting.BLOCK, Observation.NONE);
    }

    /**
     * With BUSY_POLL a waiting thread keeps a processor busy. UNINTERRUPTED works like BLOCK, because callers may be
     * interrupted.
     */
    public DirectTransport(Waiting waiting, Observation observation) {
        this.waiting = waiting;
        channels = new Channels(observation);
        deadlines.start();
    }

    @Override
    public KvmChannel connect(Attachment where, KvmPolicy policy) throws IOException {
        return connect(where, policy, Channels.newNonce());
    }

    @Override
    public KvmChannel connect(Attachment where, KvmPolicy policy, int nonce) throws IOException {
        // the descriptor never blocks: a writing thread must be able to turn to reading [WIN-002]
        DirectChannel bytes = DirectChannel.open(where, Waiting.BUSY_POLL);
        ChannelCore core = channels.newCore(where, policy, nonce);
        DirectByteMover mover = new DirectByteMover(core, bytes, waiting, deadlines);
        return channels.newChannel(core, mover);
    }

    @Override
    public void close() {
        channels.close();
        deadlines.stop();
    }
}
