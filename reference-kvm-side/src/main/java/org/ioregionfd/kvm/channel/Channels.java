// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.wire.Hello;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channels of one transport that are not closed. From any thread. */
public final class Channels {
    /** How long {@link #close} waits. Closing descriptors does not block, so a longer wait would not help [FAI-004]. */
    public static final long CLOSE_SECONDS_MAX = 1;

    private static final Logger LOG = LoggerFactory.getLogger(KvmChannel.class);

    private final Observation observation;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<KvmChannel> open = ConcurrentHashMap.newKeySet();

    public Channels(Observation observation) {
        this.observation = observation;
    }

    /** A nonce at random [HEL-006]. */
    public static int newNonce() {
        return new SecureRandom().nextInt(Hello.NONCE_MAX + 1);
    }

    /** The core of a channel whose descriptor is open. */
    public ChannelCore newCore(Attachment where, KvmPolicy policy, int nonce) {
        int number = count.incrementAndGet();
        LOG.debug("channel {}: {}", number, where);
        return new ChannelCore(policy, nonce, observation, number);
    }

    /** The channel that callers see, from now on. */
    public KvmChannel newChannel(ChannelCore core, ByteMover mover) {
        KvmChannel channel = new SharedChannel(core, mover);
        open.add(channel);
        core.hold();
        core.moveBy(mover);
        core.release();
        var unused = core.closed().thenRun(() -> open.remove(channel));
        return channel;
    }

    /** Closes all, and waits until every access has ended. */
    public void close() {
        open.forEach(KvmChannel::close);
        CompletableFuture<?>[] closed = open.stream()
                .map(channel -> channel.closed().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(closed).get(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // a function that a user chained to a stage holds up a thread: nothing more can be done
            return;
        }
    }
}
