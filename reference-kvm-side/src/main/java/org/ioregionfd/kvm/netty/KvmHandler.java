// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.Ended;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmHandshake;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmSide;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The one handler of a channel's pipeline: moves bytes between the channel and {@link KvmSide} and drives its deadlines.
 *
 * <p>Confined to the channel's event loop, but for {@link #status()}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // how a write or a close ended comes back as an event
final class KvmHandler extends ChannelInboundHandlerAdapter {
    /** Whether the socket keeps the boundaries of what is written. */
    enum Boundaries {
        STREAM,
        /** One record is one frame [CHN-005]. */
        RECORDS
    }

    private final Boundaries boundaries;
    private final KvmSide<CompletableFuture<AccessResult>> side;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> timer;
    private FirstFrame firstFrame = FirstFrame.AHEAD;
    private Turn turn = Turn.OVER;
    private int writesPending;
    private volatile ChannelStatus status;

    private enum FirstFrame {
        AHEAD,
        SENT
    }

    /** Guards against a second turn within a turn: a write can end while it is begun. */
    private enum Turn {
        RUNNING,
        OVER
    }

    KvmHandler(KvmPolicy policy, int nonce, Boundaries boundaries) {
        this.boundaries = boundaries;
        side = new KvmSide<>(policy, nonce);
        status = snapshot();
    }

    /** The channel as it was after the last event; from any thread. */
    ChannelStatus status() {
        return status;
    }

    /** Completed when the negotiation has ended. */
    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** Completed when the channel is closed and all accesses have ended. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    void submit(KvmCommand command, CompletableFuture<AccessResult> result) {
        side.submit(command, result, System.nanoTime());
        finishTurn();
    }

    /** Throws IllegalStateException where it is too late for a detached HELLO. */
    void negotiate() {
        side.negotiate(System.nanoTime());
        finishTurn();
    }

    void close() {
        side.close(System.nanoTime());
        finishTurn();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        finishTurn();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            switch (boundaries) {
                case STREAM -> side.receive(in, System.nanoTime());
                case RECORDS -> side.receiveRecord(in, System.nanoTime());
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        finishTurn();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        side.peerClosed(System.nanoTime());
        finishTurn();
        closed.complete(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // [CHN-008] ECONNRESET is an end of the stream, and the channel becomes inactive for it; all else is a defect
        // here
        if (!(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
        }
        ctx.close();
    }

    /** Does what {@link KvmSide} asks for after each call: send, hand on, close, and wait. */
    private void finishTurn() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || turn == Turn.RUNNING) {
            return;
        }
        turn = Turn.RUNNING;
        send(ctx);
        turn = Turn.OVER;
        status = snapshot();
        side.outcome().ifPresent(outcome::complete);
        for (Ended<CompletableFuture<AccessResult>> ended = side.pollEnded(); ended != null; ended = side.pollEnded()) {
            complete(ended.token(), ended.end());
        }
        if (side.state() == KvmState.FAILED) {
            // an ABORT was just written: it finds room, since nothing else is on its way then
            ctx.close();
        }
        keepTime(ctx);
    }

    private void send(ChannelHandlerContext ctx) {
        if (side.takeable() > 0 && firstFrame == FirstFrame.AHEAD) {
            firstFrame = FirstFrame.SENT;
            readWhatCameEarly(ctx);
        }
        // [WIN-002] a write that blocks is left to the event loop, which goes on reading
        // Records are written one by one: several at once would go out as one record.
        while (side.takeable() > 0 && writesPending == 0 && ctx.channel().isActive()) {
            int length = boundaries == Boundaries.RECORDS ? Frame.LENGTH : side.takeable();
            ByteBuf out = ctx.alloc().directBuffer(length);
            side.take(out, length);
            writesPending++;
            ctx.writeAndFlush(out, ctx.newProgressivePromise().addListener(new Progress()));
        }
    }

    /** [KST-001] What lies in the receive buffer before the first frame is sent answers nothing. */
    private void readWhatCameEarly(ChannelHandlerContext ctx) {
        ByteBuf early = ctx.alloc().directBuffer(Frame.LENGTH, Frame.LENGTH);
        try {
            ByteBuffer room = early.internalNioBuffer(0, Frame.LENGTH);
            int length = ((UnixChannel) ctx.channel()).fd().read(room, room.position(), room.limit());
            if (length > 0) {
                early.writerIndex(length);
                side.receive(early, System.nanoTime());
            }
        } catch (IOException e) {
            // [CHN-008] it was reset, which the next read or write will tell
            side.writeFailed(System.nanoTime());
        } finally {
            early.release();
        }
    }

    private void complete(CompletableFuture<AccessResult> result, AccessEnd end) {
        if (end instanceof AccessEnd.Done done) {
            result.complete(new AccessResult(done.value(), done.status()));
        } else if (end instanceof AccessEnd.NotSent notSent) {
            result.completeExceptionally(new AccessException(AccessException.Certainty.NOT_SENT, notSent.why()));
        } else if (end instanceof AccessEnd.MaybeExecuted maybe) {
            result.completeExceptionally(new AccessException(AccessException.Certainty.MAYBE_EXECUTED, maybe.why()));
        }
    }

    /** One timer at most: deadlines only ever move away, so an earlier one looks again when it fires. */
    private void keepTime(ChannelHandlerContext ctx) {
        long deadline = side.nextDeadlineNanos();
        if (deadline == KvmHandshake.NO_DEADLINE || timer != null) {
            return;
        }
        long delay = Math.max(0, deadline - System.nanoTime());
        timer = ctx.executor().schedule(this::timeCame, delay, TimeUnit.NANOSECONDS);
    }

    private void timeCame() {
        timer = null;
        side.deadlineReached(System.nanoTime());
        finishTurn();
    }

    private ChannelStatus snapshot() {
        return new ChannelStatus(side.state(), side.terms(), side.offer(), side.outcome(), side.failure());
    }

    /** Tells how much of one write has gone to the socket [FAI-001]. */
    private final class Progress implements ChannelProgressiveFutureListener {
        private long reported;

        @Override
        public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
            side.written((int) (progress - reported), System.nanoTime());
            reported = progress;
        }

        @Override
        public void operationComplete(ChannelProgressiveFuture future) {
            writesPending--;
            if (!future.isSuccess()) {
                side.writeFailed(System.nanoTime());
            }
            finishTurn();
        }
    }
}
