// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ioregionfd.attach.InheritedDescriptor.Mode;
import org.ioregionfd.attach.LoopSocket;
import org.ioregionfd.kvm.KvmHandshake;
import org.ioregionfd.kvm.channel.ByteMover;
import org.ioregionfd.kvm.channel.Call;
import org.ioregionfd.kvm.channel.ChannelCore;
import org.ioregionfd.kvm.channel.Glances;
import org.ioregionfd.kvm.channel.Outgoing;
import org.ioregionfd.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Moves the bytes of one channel between its socket and its core, and drives the core's deadlines, on an event loop.
 *
 * <p>The thread that makes a call writes its command. If nothing else is under way, it also reads the answer, as long as that
 * comes at once, and the loop does not wait for bytes meanwhile. In all other cases the loop reads. All fields are guarded by
 * the core's hold, and so is the socket: bytes are received in the order in which they were read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a task that was refused is noticed where it is submitted
final class LoopByteMover implements ByteMover, EpollIoHandle {
    /** A waiting thread is woken; this only bounds the cost of a lost wake-up. */
    private static final long PARK_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /** The size of one read and of one write: the default window twice. */
    private static final int BUFFER_LENGTH = 128 * Frame.LENGTH;

    /** After so long without a call the loop waits for bytes again, so that it notices those that answer nothing. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** The end of the stream, and a reset, are always noticed. */
    private static final EpollIoOps END = EpollIoOps.EPOLLRDHUP;

    private static final EpollIoOps BYTES = END.with(EpollIoOps.EPOLLIN);
    private static final EpollIoOps ROOM = END.with(EpollIoOps.EPOLLOUT);
    private static final EpollIoOps BYTES_AND_ROOM = BYTES.with(EpollIoOps.EPOLLOUT);

    private final ChannelCore core;
    private final LoopSocket socket;
    private final EventLoop loop;
    /** A turn is on its way to the event loop; one turn serves all requests before it runs. */
    private final AtomicBoolean turnScheduled = new AtomicBoolean();

    private final Runnable scheduledTurn = this::takeScheduledTurn;
    private final Glances glances = new Glances();
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final ByteBuf received = Unpooled.wrappedBuffer(in);
    private final Outgoing out;

    private @Nullable IoRegistration registration;
    private EpollIoOps awaited = BYTES;
    /** Otherwise a caller reads, or nothing is to be read. */
    private boolean loopReads = true;
    /** Callers that read now. */
    private int readers;
    /** A caller has read since {@link #lookWhetherIdle} was scheduled. */
    private boolean callersRead;

    private boolean idleCheckScheduled;

    private @Nullable Future<?> timer;
    private long timerNanos;
    private boolean firstFrameSent;
    private boolean closed;

    LoopByteMover(ChannelCore core, LoopSocket socket, EventLoop loop) {
        this.core = core;
        this.socket = socket;
        this.loop = loop;
        out = new Outgoing(core, socket::write, BUFFER_LENGTH);
    }

    /** Begins to wait for bytes; throws an IOException if the loop has ended. */
    void start() throws IOException {
        Future<IoRegistration> registered = loop.register(this).awaitUninterruptibly();
        if (!registered.isSuccess()) {
            socket.close();
            throw new IOException("the transport was closed", registered.cause());
        }
        core.hold();
        registration = registered.getNow();
        registration.submit(awaited);
        core.release();
    }

    @Override
    public FileDescriptor fd() {
        return socket.descriptor();
    }

    @Override
    public void move() {
        core.admit();
        if (closed) {
            return;
        }
        boolean isLoop = loop.inEventLoop();
        // [KST-001, FAI-003] a socket that blocks is only read when it is ready: the loop has read all before it sends
        boolean maySend = isLoop || socket.mode() == Mode.NON_BLOCKING || core.tellsResponsesApart();
        if (maySend) {
            send();
        }
        if (readers == 0 && core.awaitsBytes()) {
            loopReads = true;
        }
        await(loopReads ? (out.areStuck() ? BYTES_AND_ROOM : BYTES) : (out.areStuck() ? ROOM : END));
        if (isLoop) {
            closeWhereOver();
            keepTime();
        } else if (core.hasFailed() || isTimerLate() || (!maySend && core.takeable() > 0)) {
            handOver();
        }
    }

    /** Tells the kernel what the loop waits for, if that has changed. From any thread. */
    private void await(EpollIoOps ops) {
        if (!ops.equals(awaited) && registration != null) {
            awaited = ops;
            registration.submit(ops);
        }
    }

    @Override
    public void handOver() {
        if (!turnScheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.execute(scheduledTurn);
        } catch (RejectedExecutionException e) {
            close();
        }
    }

    private void takeScheduledTurn() {
        turnScheduled.set(false);
        core.hold();
        try {
            move();
        } finally {
            core.release();
        }
    }

    @Override
    public void await(Call call) {
        if (loop.inEventLoop()) {
            giveUp(call, "the transport's own thread must not make a call that waits");
        }
        int looks = glances.begin();
        boolean reads = begin(looks);
        for (; looks > 0 && !call.hasEnded(); looks--) {
            glances.letOthersRun();
            reads = reads && read(call);
        }
        if (reads) {
            stopReading(call);
        }
        while (!call.hasEnded()) {
            call.park(PARK_NANOS_MAX);
            Optional<String> reason = call.reasonToGiveUp();
            if (reason.isPresent()) {
                giveUp(call, reason.get());
            }
        }
    }

    /** Moves what was added, unless another thread does it. True if the calling thread reads, and not the loop. */
    private boolean begin(int looks) {
        if (!core.tryHold()) {
            return false;
        }
        try {
            boolean reads = looks > 0 && !closed && socket.mode() == Mode.NON_BLOCKING && !core.awaitsBytes();
            if (reads) {
                readers++;
                callersRead = true;
                loopReads = false;
                scheduleIdleCheck();
            }
            move();
            return reads;
        } finally {
            core.release();
        }
    }

    /** Reads for a call. False if that has ended, and with it the reading. */
    private boolean read(Call call) {
        core.hold();
        try {
            if (!call.hasEnded()) {
                readNow();
            }
            boolean goesOn = !call.hasEnded();
            if (!goesOn) {
                readers--;
            }
            move();
            return goesOn;
        } finally {
            core.release();
        }
    }

    /** Leaves the reading to the loop, unless the call has ended. */
    private void stopReading(Call call) {
        core.hold();
        try {
            readers--;
            if (!call.hasEnded()) {
                glances.foundNothing();
            }
            move();
        } finally {
            core.release();
        }
    }

    private void scheduleIdleCheck() {
        if (!idleCheckScheduled) {
            try {
                loop.schedule(this::lookWhetherIdle, IDLE_NANOS, TimeUnit.NANOSECONDS);
                idleCheckScheduled = true;
            } catch (RejectedExecutionException e) {
                close();
            }
        }
    }

    private void lookWhetherIdle() {
        core.hold();
        try {
            idleCheckScheduled = false;
            if (callersRead && !closed) {
                callersRead = false;
                scheduleIdleCheck();
            } else if (readers == 0) {
                loopReads = true;
            }
            move();
        } finally {
            core.release();
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

    /** Something that the loop waits for has come. */
    @Override
    public void handle(IoRegistration source, IoEvent event) {
        core.hold();
        try {
            // a socket that blocks must not be read where there is only room
            if (!closed && !((EpollIoEvent) event).ops().equals(EpollIoOps.EPOLLOUT)) {
                readNow();
            }
            move();
        } finally {
            core.release();
        }
    }

    /** The loop ends, or has ended. */
    @Override
    public void close() {
        core.hold();
        try {
            if (!closed) {
                closed = true;
                socket.close();
                core.peerClosed();
                core.wasClosed();
            }
        } finally {
            core.release();
        }
    }

    private void send() {
        // [KST-001, FAI-003] bytes that are there before a frame is sent do not answer it; a tag would tell
        if (core.takeable() > 0
                && !core.tellsResponsesApart()
                && (!firstFrameSent || socket.mode() == Mode.NON_BLOCKING)) {
            firstFrameSent = true;
            readNow();
        }
        out.send();
    }

    private void readNow() {
        try {
            in.clear();
            int length = socket.read(in);
            if (length > 0) {
                received.setIndex(0, length);
                core.receive(received, socket.framing());
            } else if (length < 0) {
                core.peerClosed();
            }
        } catch (IOException e) {
            // [CHN-008] ECONNRESET is the end of the stream
            core.peerClosed();
        }
    }

    private void closeWhereOver() {
        if (core.hasFailed()) {
            // an ABORT was just written: there is room, because nothing else is on its way then
            if (registration != null) {
                registration.cancel();
            }
            close();
        }
    }

    private boolean isTimerLate() {
        long deadline = core.nextDeadlineNanos();
        return deadline != KvmHandshake.NO_DEADLINE && (timer == null || timerNanos > deadline);
    }

    /** At most one timer; if it fires too early, it is set again. */
    private void keepTime() {
        if (closed || !isTimerLate()) {
            return;
        }
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        timerNanos = core.nextDeadlineNanos();
        long delay = Math.max(0, timerNanos - System.nanoTime());
        timer = loop.schedule(this::timeCame, delay, TimeUnit.NANOSECONDS);
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
}
