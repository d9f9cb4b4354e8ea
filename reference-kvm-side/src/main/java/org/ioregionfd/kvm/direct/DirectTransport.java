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
 * Channels whose bytes are moved by the threads that call; one of those that wait reads for all. Takes a socket, or two
 * descriptors of any kind, and needs epoll for none but inherited descriptors and abstract names.
 *
 * <p>Two daemon threads at most stand by: one for the deadlines of all channels, and one for each channel on which something
 * is awaited that no caller waits for: a stage, an access that was abandoned, the end of a negotiation. At a channel on
 * which nothing is awaited the first of them glances four times a second, so that its end shows.
 */
public final class DirectTransport implements KvmTransport {
    private final Waiting waiting;
    private final Channels channels;
    private final Deadlines deadlines = new Deadlines();

    /** Callers sleep while they wait, and nobody looks at the channels. */
    public DirectTransport() {
        this(Waiting.BLOCK, Observation.NONE);
    }

    /** With BUSY_POLL a thread that waits keeps a processor busy; UNINTERRUPTED is what BLOCK is, as callers may be interrupted. */
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
        // the descriptor never waits by itself: a thread that writes must be able to turn to reading [WIN-002]
        DirectChannel bytes = DirectChannel.open(where, Waiting.BUSY_POLL);
        ChannelCore core = channels.newCore(where, policy, nonce);
        DirectByteMover mover = new DirectByteMover(core, bytes, waiting, deadlines);
        KvmChannel channel = channels.newChannel(core, mover);
        mover.turn();
        return channel;
    }

    @Override
    public void close() {
        channels.close();
        deadlines.stop();
    }
}
