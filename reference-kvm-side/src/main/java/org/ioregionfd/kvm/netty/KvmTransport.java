// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ioregionfd.kvm.KvmPolicy;

/**
 * The thread that carries channels, and where they come from. One carries many channels; it is a daemon and keeps no
 * program from ending. All methods can be called from any thread but that one.
 */
public final class KvmTransport implements AutoCloseable {
    /** A KVM side sends short commands and waits for their responses: one thread serves many channels. */
    private static final int THREADS = 1;

    /** How long {@link #close} waits for the thread: closing sockets does not block, so more would not help [FAI-004]. */
    private static final long CLOSE_SECONDS_MAX = 1;

    private final IoEventLoopGroup group;
    /** Those that were not closed yet. */
    private final Set<KvmChannel> channels = ConcurrentHashMap.newKeySet();

    /** Throws an IOException where this host has no epoll, or the library for it was not packaged. */
    public KvmTransport() throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("no epoll on this host: " + Epoll.unavailabilityCause());
        }
        group = new MultiThreadIoEventLoopGroup(
                THREADS, new DefaultThreadFactory("ioregionfd-kvm", true), EpollIoHandler.newFactory());
    }

    /** Connects to a device side that listens on a Unix stream socket; an IOException says that there is none. */
    public KvmChannel connect(Path socket, KvmPolicy policy) throws IOException {
        return connect(socket, policy, newNonce());
    }

    /** The same with a nonce of the caller's choice, u32. */
    public KvmChannel connect(Path socket, KvmPolicy policy, int nonce) throws IOException {
        KvmHandler handler = new KvmHandler(policy, nonce, KvmHandler.Boundaries.STREAM);
        return keep(new KvmChannel(Sockets.connect(group, socket, handler), handler));
    }

    /**
     * Takes over a connected Unix socket that this process inherited, STREAM or SEQPACKET, blocking or not. Nobody else may
     * use it from now on [CHN-009, CHN-010]; its send and receive timeouts are set. An IOException says that the
     * descriptor is no such socket; a channel that cannot be read is not taken [CHN-012].
     */
    public KvmChannel adopt(int descriptor, KvmPolicy policy) throws IOException {
        return adopt(descriptor, policy, newNonce());
    }

    /** The same with a nonce of the caller's choice, u32. */
    public KvmChannel adopt(int descriptor, KvmPolicy policy, int nonce) throws IOException {
        EpollDomainSocketChannel channel = Sockets.adopt(descriptor);
        KvmHandler handler = new KvmHandler(policy, nonce, Sockets.boundaries(channel));
        Sockets.start(group, channel, handler);
        return keep(new KvmChannel(channel, handler));
    }

    /** A new, unpredictable nonce [HEL-006]. */
    public static int newNonce() {
        return new SecureRandom().nextInt();
    }

    /** Closes all channels, so that every access on them ends, and the thread. */
    @Override
    public void close() {
        // A thread that ends takes its sockets with it, but tells nobody: so the channels go first [FAI-001].
        for (KvmChannel channel : channels) {
            channel.close();
        }
        awaitNoChannels();
        group.shutdownGracefully(0, CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    }

    private KvmChannel keep(KvmChannel channel) {
        channels.add(channel);
        var unused = channel.closed().thenRun(() -> channels.remove(channel));
        return channel;
    }

    private void awaitNoChannels() {
        CompletableFuture<?>[] closed = channels.stream()
                .map(channel -> channel.closed().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(closed).get(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the thread is held up by something that a user chained to a stage: nothing more can be done for it
            return;
        }
    }
}
