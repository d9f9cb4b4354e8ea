// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.Outcome;

/**
 * The KVM side of a channel: negotiates, then reads and writes a device's registers. {@link KvmTransport} makes them.
 *
 * <p>All methods can be called from any thread. Accesses begin in the order of the calls. Stages are completed on the
 * channel's own thread, which must not be blocked: what is chained to them is to be short, and {@link #await} is for other
 * threads. Every stage is completed within the policy's deadline of the moment its command was sent, whatever the peer
 * does [FAI-004].
 *
 * <p>An access that was not answered completes its stage with an {@link AccessException}, which says whether it may have
 * been executed [FAI-001]; nothing is ever sent again [FAI-002]. A channel that failed stays failed, and a new device
 * process needs a new one [CHN-009].
 */
public final class KvmChannel implements AutoCloseable {
    private static final String TRANSPORT_CLOSED = "the transport was closed";

    private final Channel channel;
    private final KvmHandler handler;

    KvmChannel(Channel channel, KvmHandler handler) {
        this.channel = channel;
        this.handler = handler;
    }

    /**
     * Negotiates before the first access, by a detached HELLO; where it is not called, the policy decides. A legacy device
     * may stay silent on it, and the channel fails then [KST-005].
     *
     * @return the outcome; an IllegalStateException where a WRITE was sent before
     */
    public CompletionStage<Outcome> negotiate() {
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        try {
            channel.eventLoop().execute(() -> negotiate(result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new IOException(TRANSPORT_CLOSED, e));
        }
        return result;
    }

    /** The outcome of the negotiation, whenever one runs. */
    public CompletionStage<Outcome> negotiated() {
        return handler.outcome().minimalCompletionStage();
    }

    /** Reads 1, 2, 4 or 8 bytes; {@code region} is the user_data of a registered region. */
    public CompletionStage<AccessResult> read(long region, long offset, int size) {
        return submit(KvmCommand.read(region, offset, size));
    }

    /** Writes 1, 2, 4 or 8 bytes; bits of {@code value} above the size are dropped. */
    public CompletionStage<AccessResult> write(long region, long offset, int size, long value) {
        return submit(KvmCommand.write(region, offset, size, value));
    }

    /** Writes without a response: done when it is sent, and its errors are lost. Not sent where that was not agreed. */
    public CompletionStage<AccessResult> writePosted(long region, long offset, int size, long value) {
        return submit(KvmCommand.write(region, offset, size, value).posted());
    }

    /** Done when every earlier access has completed on the device side. Not sent where FENCE was not agreed. */
    public CompletionStage<AccessResult> fence() {
        return submit(KvmCommand.fence());
    }

    /** What the negotiation came to, where it ended. */
    public Optional<Outcome> outcome() {
        return status().outcome();
    }

    /** The channel as it was after its last event. */
    public ChannelStatus status() {
        return handler.status();
    }

    /** Begins to close: accesses that were not answered end. {@link #closed()} tells when it is done. */
    @Override
    public void close() {
        try {
            channel.eventLoop().execute(handler::close);
        } catch (RejectedExecutionException e) {
            // the transport was closed, and this channel with it
            return;
        }
    }

    /** Completed when the channel is closed, by whichever side, and every access has ended. */
    public CompletionStage<Void> closed() {
        return handler.closed().minimalCompletionStage();
    }

    /**
     * Waits for a stage of this class.
     *
     * @throws IOException the access's {@link AccessException}; where the thread was interrupted, an InterruptedIOException
     */
    public static <T> T await(CompletionStage<T> stage) throws IOException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting");
        }
    }

    private CompletionStage<AccessResult> submit(KvmCommand command) {
        CompletableFuture<AccessResult> result = new CompletableFuture<>();
        try {
            channel.eventLoop().execute(() -> handler.submit(command, result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new AccessException(AccessException.Certainty.NOT_SENT, TRANSPORT_CLOSED));
        }
        return result;
    }

    private void negotiate(CompletableFuture<Outcome> result) {
        try {
            handler.negotiate();
            var unused = handler.outcome().thenAccept(result::complete);
        } catch (IllegalStateException e) {
            result.completeExceptionally(e);
        }
    }
}
