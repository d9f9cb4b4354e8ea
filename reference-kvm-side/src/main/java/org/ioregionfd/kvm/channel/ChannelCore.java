// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.ioregionfd.kvm.ChannelStatus;
import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.kvm.KvmEvent;
import org.ioregionfd.kvm.KvmObserver;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmSide;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.trace.FrameTap;
import org.ioregionfd.trace.Side;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.ProtocolVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's state machine behind a lock, for calling threads and threads that move its bytes.
 *
 * <p>Any thread can call, but only between {@link #hold} and {@link #release}. Threads that meet combine: they add their calls
 * to a list without the lock, and who holds the core submits them all, and writes once. Functions that wait for an end are
 * called when the outermost hold ends, one at a time. Times are those of {@link System#nanoTime}.
 */
public final class ChannelCore {
    /**
     * How often in a row a thread moves the bytes and calls the functions of others, before another thread must go on: enough
     * to make the hand-over cheap, and no more than a few milliseconds.
     */
    private static final int TURNS_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ChannelCore.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final KvmSide<Call> side;
    private final KvmObserver observer;
    private final AccessEvents events;
    private final FrameTap tap;
    private final int number;
    private final CompletableFuture<Outcome> negotiated = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final List<Call> negotiations = new ArrayList<>();
    private final Arrivals arrivals = new Arrivals();
    private @Nullable ByteMover mover;
    private final EndedCalls ended = new EndedCalls();

    /** A thread calls functions now. Others leave theirs to it. */
    private boolean callingBack;

    private final SpareCalls spares = new SpareCalls();
    /** Accesses of several commands that are under way. */
    private final AtomicInteger cutAccesses = new AtomicInteger();

    /** When bytes were received last. */
    private volatile long receivedNanos;

    private boolean outcomeReported;
    private boolean failureReported;
    private boolean descriptorClosed;

    /**
     * A channel that was not used before.
     *
     * @param number from 1 on, for logs and traces
     */
    ChannelCore(KvmPolicy policy, int nonce, Observation observation, int number) {
        side = new KvmSide<>(policy, nonce);
        observer = observation.observer();
        events = new AccessEvents(observer);
        tap = observation.taps().apply(number);
        this.number = number;
        observer.happened(KvmEvent.Occasion.CHANNEL_OPENED);
    }

    /** Keeps other threads out until {@link #release}. */
    public void hold() {
        lock.lock();
    }

    /** The same if no other thread holds it; else false, and the holder moves what was added. */
    public boolean tryHold() {
        return lock.tryLock();
    }

    /**
     * Lets other threads in again. At the end of the outermost hold, it wakes a waiting thread, calls functions, and moves what
     * was added meanwhile.
     */
    public void release() {
        if (lock.getHoldCount() > 1) {
            lock.unlock();
            return;
        }
        for (int turn = 0; unlock(turn); turn++) {
            if (mover != null && arrivals.areThere()) {
                mover.move();
            }
        }
    }

    /** Ends a hold; true if there was something to do, and this thread holds the core again. */
    private boolean unlock(int turn) {
        boolean isOver = turn == TURNS_MAX;
        boolean isCallBackDue = !callingBack && (ended.areThere() || isReportDue());
        Optional<Outcome> outcome = side.outcome();
        boolean isClosed = descriptorClosed;
        FunctionCall first = null;
        if (isCallBackDue && !isOver) {
            callingBack = true;
            first = ended.take();
        }
        Thread woken = ended.takeThread();
        lock.unlock();
        LockSupport.unpark(woken);
        if (isOver) {
            handOver(isCallBackDue);
            return false;
        }
        if (isCallBackDue) {
            callBack(first, outcome, isClosed);
            lock.lock();
            callingBack = false;
            return true;
        }
        // who finds the core held leaves its call to the holder, which looks after its end
        return arrivals.areThere() && lock.tryLock();
    }

    private void handOver(boolean isCallBackDue) {
        if (mover != null && (isCallBackDue || arrivals.areThere()) && lock.tryLock()) {
            mover.handOver();
            lock.unlock();
        }
    }

    /** Adds a call, which a holder of the core submits. Then {@link #flush} or await it. From any thread, without holding. */
    void enqueue(Call call) {
        arrivals.add(call);
    }

    /** Moves what was added, unless another thread holds the core and does it then. From any thread. */
    public void flush() {
        arrivals.releaseKept();
        if (arrivals.areThere() && lock.tryLock()) {
            try {
                move();
            } finally {
                release();
            }
        }
    }

    /** Submits the added calls, in the order in which they came. */
    public void admit() {
        if (arrivals.areThere()) {
            long now = System.nanoTime();
            for (Call call = arrivals.take(); call != null; call = call.next) {
                side.enqueue(call.access, now);
            }
            side.proceed(now);
            settle();
        }
    }

    /** How many bytes {@link #take} can give. */
    public int takeable() {
        return side.takeable();
    }

    /** Appends at most that many of the bytes to send; in whole frames, if the number is a multiple of a frame's length. */
    public void take(ByteBuf out, int lengthMax) {
        int index = out.writerIndex();
        side.take(out, lengthMax);
        tap.frames(Side.KVM, out, index, out.writerIndex() - index);
    }

    /** Takes bytes of a stream, however they were cut, or one record. All of them count as read. */
    public void receive(ByteBuf in, Framing framing) {
        tap.frames(Side.DEVICE, in, in.readerIndex(), in.readableBytes());
        long now = System.nanoTime();
        receivedNanos = now;
        switch (framing) {
            case STREAM -> side.receive(in, now);
            case RECORDS -> side.receiveRecord(in, now);
        }
        settle();
    }

    /** When {@link #receive} took bytes last, by {@link System#nanoTime}. From any thread. */
    long receivedNanos() {
        return receivedNanos;
    }

    /** So many more of the taken bytes have been written to the channel. */
    public void written(int length) {
        side.written(length, System.nanoTime());
        settle();
    }

    /** A write failed with EPIPE or ECONNRESET: nothing is sent any more, and reading goes on to the end. */
    public void writeFailed() {
        side.writeFailed(System.nanoTime());
        settle();
    }

    /** The end of the stream was read, or ECONNRESET. */
    public void peerClosed() {
        if (side.state() != KvmState.FAILED) {
            tap.frames(Side.DEVICE, Unpooled.EMPTY_BUFFER, 0, 0);
        }
        side.peerClosed(System.nanoTime());
        settle();
    }

    /** Fails everything that is overdue; does nothing before {@link #nextDeadlineNanos()}. */
    public void deadlineReached() {
        side.deadlineReached(System.nanoTime());
        settle();
    }

    /** The descriptor is closed: every access has ended, and nothing happens any more. */
    public void wasClosed() {
        side.peerClosed(System.nanoTime());
        settle();
        if (!descriptorClosed) {
            descriptorClosed = true;
            tap.frames(Side.KVM, Unpooled.EMPTY_BUFFER, 0, 0);
            LOG.debug("channel {}: closed", number);
            observer.happened(KvmEvent.Occasion.CHANNEL_CLOSED);
        }
    }

    /** When {@link #deadlineReached} is due, or {@link org.ioregionfd.kvm.KvmHandshake#NO_DEADLINE}. */
    public long nextDeadlineNanos() {
        return side.nextDeadlineNanos();
    }

    /** Whether a response names its command by a tag, as in version 2. In other versions only the order tells [FAI-003]. */
    public boolean tellsResponsesApart() {
        return side.terms().version() == ProtocolVersion.TAGGED;
    }

    /** Whether bytes from the peer are awaited, so that some thread must go on reading. */
    public boolean awaitsBytes() {
        return side.awaitsBytes();
    }

    /** Whether to close the channel when the remaining bytes are written. */
    public boolean hasFailed() {
        return side.state() == KvmState.FAILED;
    }

    /** Ends a call that no longer waits. A negotiation goes on without it. */
    public void abandon(Call call, String why) {
        if (call.hasEnded()) {
            return;
        }
        if (!negotiations.remove(call)) {
            side.abandon(call.access, why, System.nanoTime());
            LOG.debug("channel {}: an access was abandoned: {}", number, why);
            observer.happened(KvmEvent.Occasion.ABANDONED);
            events.ended(call.access);
            events.flush();
        }
        ended.end(call);
        settle();
    }

    ChannelStatus status() {
        return new ChannelStatus(side.state(), side.terms(), side.offer(), side.outcome(), side.failure());
    }

    Optional<String> objectionToRecord() {
        Optional<String> objection = side.objectionToRecord();
        return objection.isEmpty() && cutAccesses.get() > 0
                ? Optional.of("an access of several commands is under way [" + Clause.LEN_007.id() + "]")
                : objection;
    }

    /** The first of several commands comes next; between two of them nothing is outstanding [LEN-007]. */
    void cutAccessBegins() {
        cutAccesses.incrementAndGet();
    }

    void cutAccessEnded() {
        cutAccesses.decrementAndGet();
    }

    CompletableFuture<Outcome> negotiated() {
        return negotiated;
    }

    /** Completed when the channel is closed and all accesses have ended. */
    public CompletableFuture<Void> closed() {
        return closed;
    }

    /** An unused call. */
    Call newCall() {
        return spares.take();
    }

    /** Takes back a call that ended with an answer. */
    void spare(Call call) {
        spares.add(call);
    }

    /** Ends a call that was never added, as far as its function is concerned. */
    void refuse(Call call) {
        hold();
        ended.end(call);
        release();
    }

    /** Begins a negotiation; throws IllegalStateException if it is too late for one. */
    void negotiate(Call call) {
        side.negotiate(System.nanoTime());
        negotiations.add(call);
        settle();
        move();
    }

    void close() {
        side.close(System.nanoTime());
        settle();
        move();
    }

    /** By whom the bytes are moved from now on. */
    void moveBy(ByteMover bytes) {
        mover = bytes;
        move();
    }

    private void move() {
        if (mover != null) {
            mover.move();
        }
    }

    /** Hands on the ended accesses. */
    private void settle() {
        for (KvmAccess<Call> access = side.pollEndedAccess(); access != null; access = side.pollEndedAccess()) {
            events.ended(access);
            ended.end(access.token());
        }
        events.flush();
        if (!outcomeReported && side.outcome().isPresent()) {
            outcomeReported = true;
            Outcome outcome = side.outcome().get();
            LOG.info("channel {}: {}", number, outcome.inWords());
            observer.happened(new KvmEvent.Negotiated(outcome));
        }
        if (outcomeReported && !negotiations.isEmpty()) {
            negotiations.forEach(ended::end);
            negotiations.clear();
        }
        if (!failureReported && side.failure().isPresent()) {
            failureReported = true;
            LOG.info("channel {}: {}", number, side.failure().get().inWords());
            observer.happened(new KvmEvent.Failed(side.failure().get()));
        }
    }

    /** Whether a stage of the whole channel is not yet completed. */
    private boolean isReportDue() {
        return (outcomeReported && !negotiated.isDone()) || (descriptorClosed && !closed.isDone());
    }

    /** Calls the functions of the ended calls, and completes the channel's stages. Without the lock. */
    private void callBack(@Nullable FunctionCall first, Optional<Outcome> outcome, boolean isClosed) {
        arrivals.beginKeeping();
        if (outcome.isPresent() && !negotiated.isDone()) {
            negotiated.complete(outcome.get());
        }
        for (FunctionCall call = first; call != null; ) {
            // a function may add the call again, and that may end
            FunctionCall next = call.endedNext;
            call.callBack();
            call = next;
        }
        if (isClosed) {
            closed.complete(null);
        }
        arrivals.endKeeping();
    }
}
