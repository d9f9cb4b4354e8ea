// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultChannelProgressivePromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ioregionfd.kvm.KvmHandshake;
import org.ioregionfd.kvm.channel.ByteMover;
import org.ioregionfd.kvm.channel.Call;
import org.ioregionfd.kvm.channel.ChannelCore;
import org.ioregionfd.kvm.channel.Glances;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;
import org.jspecify.annotations.Nullable;

/**
 * The one handler of a channel's pipeline: moves bytes between the channel and its core and drives the core's deadlines.
 *
 * <p>Only the event loop reads. A command of version 2 is written by the thread that makes the call, as far as there is room.
 * All fields are guarded by the core's hold.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the end of a write or a close comes back as an event
final class KvmHandler extends ChannelInboundHandlerAdapter implements ByteMover {
    /** A waiting thread is woken; this only bounds the cost of a lost wake-up. */
    private static final long PARK_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /** The size of one write: the default window twice. */
    private static final int WRITE_LENGTH = 128 * Frame.LENGTH;

    /** Longer than a frame, so that a longer record shows as such [CHN-005]. */
    private static final int READ_NOW = 2 * Frame.LENGTH;

    private final ChannelCore core;
    private final Framing framing;
    /** A turn is on its way to the event loop; one turn serves all requests before it runs. */
    private final AtomicBoolean turnScheduled = new AtomicBoolean();

    private final Runnable scheduledTurn = this::takeScheduledTurn;
    private final Glances glances = new Glances();
    private final ByteBuffer out = ByteBuffer.allocateDirect(WRITE_LENGTH);
    private final ByteBuf taken = Unpooled.wrappedBuffer(out);
    private volatile @Nullable ChannelHandlerContext context;
    private @Nullable WriteEnd writeEnd;
    private @Nullable Future<?> timer;
    private long timerNanos;
    private boolean firstFrameSent;
    /** Prevents a second turn within a turn, because a delayed write can end while it begins. */
    private boolean inTurn;

    private int writesPending;

    KvmHandler(ChannelCore core, Framing framing) {
        this.core = core;
        this.framing = framing;
    }

    @Override
    public void move() {
        core.admit();
        ChannelHandlerContext ctx = context;
        if (ctx == null || inTurn) {
            return;
        }
        boolean isLoop = ctx.executor().inEventLoop();
        // [KST-001, FAI-003] only the event loop reads, and without tags it must have read all before a command is sent
        if (isLoop || core.tellsResponsesApart()) {
            inTurn = true;
            send(ctx);
            inTurn = false;
        }
        if (isLoop) {
            closeWhereOver(ctx);
            keepTime(ctx);
        } else if (core.hasFailed() || isSendDue() || isTimerLate()) {
            handOver();
        }
    }

    @Override
    public void handOver() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !turnScheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            ctx.executor().execute(scheduledTurn);
        } catch (RejectedExecutionException e) {
            // the transport was closed, and its sockets with it
            wasClosed();
        }
    }

    private void takeScheduledTurn() {
        turnScheduled.set(false);
        turn();
    }

    private void turn() {
        core.hold();
        try {
            move();
        } finally {
            core.release();
        }
    }

    @Override
    public void await(Call call) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && ctx.executor().inEventLoop()) {
            giveUp(call, "the transport's own thread must not make a call that waits");
        }
        core.flush();
        for (int i = glances.begin(); i > 0 && !call.hasEnded(); i--) {
            glances.letOthersRun();
        }
        while (!call.hasEnded()) {
            call.park(PARK_NANOS_MAX);
            Optional<String> reason = call.reasonToGiveUp();
            if (reason.isPresent()) {
                giveUp(call, reason.get());
            }
        }
    }

    private void giveUp(Call call, String why) {
        core.hold();
        try {
            core.admit();
            core.abandon(call, why);
            move();
        } finally {
            core.release();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        writeEnd = new WriteEnd(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        turn();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        // Once, because threads with an answer need the core next.
        core.hold();
        try {
            core.receive(in, framing);
            move();
        } finally {
            core.release();
            in.release();
        }
    }

    /** The end of the stream. The channel does not close by itself, because another thread may be writing to it. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // [CHN-008] a write that failed gives an event too, and leaves what can still be read
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        inputEnded();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        wasClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // [CHN-008] ECONNRESET is an end of the stream, and makes the channel inactive; all else is a defect here
        if (!(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
        } else if (framing == Framing.RECORDS) {
            readWhatIsLeft(ctx);
        }
        inputEnded();
    }

    private void inputEnded() {
        core.hold();
        try {
            core.peerClosed();
            move();
        } finally {
            core.release();
        }
    }

    /** [CHN-008] A SEQPACKET socket tells that it was reset before it gives the records that came first. */
    private void readWhatIsLeft(ChannelHandlerContext ctx) {
        core.hold();
        try {
            while (readNow(ctx)) {
                // the next one, until the end
            }
        } catch (IOException e) {
            return; // nothing is left
        } finally {
            core.release();
        }
    }

    private void wasClosed() {
        core.hold();
        try {
            core.peerClosed();
            core.wasClosed();
        } finally {
            core.release();
        }
    }

    private boolean isSendDue() {
        return core.takeable() > 0 && writesPending == 0;
    }

    private void send(ChannelHandlerContext ctx) {
        if (core.takeable() > 0 && !firstFrameSent) {
            firstFrameSent = true;
            readWhatCameEarly(ctx);
        }
        FileDescriptor socket = ((UnixChannel) ctx.channel()).fd();
        // Records are written one by one: several at once would go out as one record.
        int lengthMax = framing == Framing.RECORDS ? Frame.LENGTH : out.capacity();
        while (isSendDue() && socket.isOpen()) {
            int length = Math.min(core.takeable(), lengthMax);
            taken.clear();
            core.take(taken, length);
            try {
                int written = socket.write(out, 0, length);
                core.written(written);
                if (written < length) {
                    sendLater(ctx, written, length);
                }
            } catch (IOException e) {
                // [CHN-008] go on reading: a REJECT may still be there
                core.writeFailed();
            }
        }
    }

    /** [WIN-002] A write that blocks is left to the event loop, which goes on reading. */
    private void sendLater(ChannelHandlerContext ctx, int from, int to) {
        ByteBuf rest = ctx.alloc().directBuffer(to - from).writeBytes(taken, from, to - from);
        writesPending++;
        ctx.writeAndFlush(rest, Objects.requireNonNull(writeEnd).of(to - from));
    }

    private void closeWhereOver(ChannelHandlerContext ctx) {
        if (core.hasFailed()) {
            // an ABORT was just written: there is room, because nothing else is on its way then
            ctx.close();
        }
    }

    /** [KST-001] Bytes in the receive buffer before the first frame is sent answer nothing. */
    private void readWhatCameEarly(ChannelHandlerContext ctx) {
        try {
            readNow(ctx);
        } catch (IOException e) {
            // [CHN-008] it was reset; the next read or write will notice that
            core.writeFailed();
        }
    }

    /** Whether there was anything to read: one record, or some of a stream. */
    private boolean readNow(ChannelHandlerContext ctx) throws IOException {
        ByteBuf in = ctx.alloc().directBuffer(READ_NOW, READ_NOW);
        try {
            ByteBuffer room = in.internalNioBuffer(0, READ_NOW);
            int length = ((UnixChannel) ctx.channel()).fd().read(room, room.position(), room.limit());
            if (length > 0) {
                in.writerIndex(length);
                core.receive(in, framing);
            }
            return length > 0;
        } finally {
            in.release();
        }
    }

    private boolean isTimerLate() {
        long deadline = core.nextDeadlineNanos();
        return deadline != KvmHandshake.NO_DEADLINE && (timer == null || timerNanos > deadline);
    }

    /** At most one timer; if it fires too early, it is set again. */
    private void keepTime(ChannelHandlerContext ctx) {
        if (!isTimerLate()) {
            return;
        }
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        timerNanos = core.nextDeadlineNanos();
        long delay = Math.max(0, timerNanos - System.nanoTime());
        timer = ctx.executor().schedule(this::timeCame, delay, TimeUnit.NANOSECONDS);
    }

    private void timeCame() {
        core.hold();
        try {
            timer = null;
            core.deadlineReached();
            move();
        } finally {
            core.release();
        }
    }

    /**
     * Tells how much of a write has gone to the socket [FAI-001]. There is one write at a time, and this object serves them
     * all: as a promise it is never done.
     */
    private final class WriteEnd extends DefaultChannelProgressivePromise {
        private long reported;
        private long length;

        WriteEnd(ChannelHandlerContext ctx) {
            super(ctx.channel(), ctx.executor());
        }

        /** Of the next write. */
        WriteEnd of(long newLength) {
            reported = 0;
            length = newLength;
            return this;
        }

        @Override
        public boolean tryProgress(long progress, long total) {
            report(progress);
            return true;
        }

        @Override
        public boolean trySuccess() {
            return trySuccess(null);
        }

        @Override
        public boolean trySuccess(@Nullable Void result) {
            report(length);
            over();
            return true;
        }

        @Override
        public boolean tryFailure(Throwable cause) {
            core.hold();
            core.writeFailed();
            core.release();
            over();
            return true;
        }

        private void report(long progress) {
            core.hold();
            core.written((int) (progress - reported));
            core.release();
            reported = progress;
        }

        private void over() {
            core.hold();
            writesPending--;
            move();
            core.release();
        }
    }
}
