// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
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
import org.ioregionfd.wire.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's state machine behind a lock, for calling threads and threads that move its bytes.
 *
 * <p>Any thread can call, but only between {@link #hold} and {@link #release}. Functions that are chained to a stage run when
 * the outermost hold ends, and hold up only their thread. Times are those of {@link System#nanoTime}.
 */
public final class ChannelCore {
    /** How many calls are kept for the next use: about as many as vCPUs that may wait at a time. */
    private static final int SPARE_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(ChannelCore.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final KvmSide<Call> side;
    private final KvmObserver observer;
    private final FrameTap tap;
    private final int number;
    private final CompletableFuture<Outcome> negotiated = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final List<Call> negotiations = new ArrayList<>();
    /** Calls whose stages are to be completed outside of the lock. */
    private final ArrayDeque<Call> finished = new ArrayDeque<>();

    /** The threads that complete stages now. */
    private final Set<Thread> completing = new HashSet<>();

    /** The thread whose call has ended. It is woken outside of the lock, because it needs the lock first. */
    private @Nullable Thread toWake;

    private @Nullable Call spare;
    private int spares;
    /** Accesses of several commands that are under way. */
    private int cutAccesses;

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
        tap = observation.taps().apply(number);
        this.number = number;
        observer.happened(KvmEvent.Occasion.CHANNEL_OPENED);
    }

    /** Keeps other threads out until {@link #release}. */
    public void hold() {
        lock.lock();
    }

    /** Lets other threads in again. At the end of the outermost hold, it wakes a waiting thread and completes stages. */
    public void release() {
        if (lock.getHoldCount() > 1) {
            lock.unlock();
            return;
        }
        // What is chained to a stage may hold the core itself: it leaves the others to the loop that has called it.
        boolean due = areStagesDue() && completing.add(Thread.currentThread());
        Thread woken = toWake;
        toWake = null;
        lock.unlock();
        LockSupport.unpark(woken);
        if (due) {
            try {
                do {
                    completeStages();
                } while (locked(this::areStagesDue));
            } finally {
                locked(() -> completing.remove(Thread.currentThread()));
            }
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
        switch (framing) {
            case STREAM -> side.receive(in, System.nanoTime());
            case RECORDS -> side.receiveRecord(in, System.nanoTime());
        }
        settle();
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
            report(call.access);
        }
        end(call);
        settle();
    }

    /** Ends a call, and tells whether its stage must still be completed. */
    private boolean end(Call call) {
        // mostly one; others are woken at once
        LockSupport.unpark(toWake);
        toWake = call.caller();
        return call.end();
    }

    ChannelStatus status() {
        return new ChannelStatus(side.state(), side.terms(), side.offer(), side.outcome(), side.failure());
    }

    Optional<String> objectionToRecord() {
        Optional<String> objection = side.objectionToRecord();
        return objection.isEmpty() && cutAccesses > 0
                ? Optional.of("an access of several commands is under way [" + Clause.LEN_007.id() + "]")
                : objection;
    }

    /** The first of several commands comes next; between two of them nothing is outstanding [LEN-007]. */
    void cutAccessBegins() {
        cutAccesses++;
    }

    void cutAccessEnded() {
        cutAccesses--;
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
        Call call = spare;
        if (call == null) {
            return new Call();
        }
        spare = call.next;
        spares--;
        return call;
    }

    /** Takes back a call that ended with an answer. */
    void spare(Call call) {
        if (spares < SPARE_MAX) {
            call.next = spare;
            spare = call;
            spares++;
        }
    }

    void submit(Call call) {
        side.submit(call.access, System.nanoTime());
        settle();
    }

    /** Begins a negotiation; throws IllegalStateException if it is too late for one. */
    void negotiate(Call call) {
        side.negotiate(System.nanoTime());
        negotiations.add(call);
        settle();
    }

    void close() {
        side.close(System.nanoTime());
        settle();
    }

    /** Hands on the ended accesses. */
    private void settle() {
        for (KvmAccess<Call> access = side.pollEndedAccess(); access != null; access = side.pollEndedAccess()) {
            report(access);
            if (end(access.token())) {
                finished.add(access.token());
            }
        }
        if (!outcomeReported && side.outcome().isPresent()) {
            outcomeReported = true;
            Outcome outcome = side.outcome().get();
            LOG.info("channel {}: {}", number, outcome.inWords());
            observer.happened(new KvmEvent.Negotiated(outcome));
        }
        if (outcomeReported && !negotiations.isEmpty()) {
            negotiations.forEach(this::end);
            negotiations.clear();
        }
        if (!failureReported && side.failure().isPresent()) {
            failureReported = true;
            LOG.info("channel {}: {}", number, side.failure().get().inWords());
            observer.happened(new KvmEvent.Failed(side.failure().get()));
        }
    }

    private void report(KvmAccess<Call> access) {
        switch (access.end()) {
            case NOT_SENT -> observer.happened(KvmEvent.Occasion.NOT_SENT);
            case MAYBE_EXECUTED -> observer.happened(KvmEvent.Occasion.MAYBE_EXECUTED);
            case DONE -> reportDone(access);
        }
    }

    private void reportDone(KvmAccess<Call> access) {
        KvmEvent.Occasion written = access.wantsResponse() ? KvmEvent.Occasion.WRITE : KvmEvent.Occasion.POSTED_WRITE;
        observer.happened(
                switch (access.op()) {
                    case READ -> KvmEvent.Occasion.READ;
                    case WRITE -> written;
                    case FENCE -> KvmEvent.Occasion.FENCE;
                });
        if (access.status().isPresent() && access.status().get() != Status.OK) {
            observer.happened(KvmEvent.Occasion.ACCESS_ERROR);
        }
    }

    private boolean areStagesDue() {
        return !finished.isEmpty() || isReportDue();
    }

    /** Whether a stage of the whole channel is not yet completed. */
    private boolean isReportDue() {
        boolean outcomeDue = outcomeReported && !negotiated.isDone();
        boolean endDue = descriptorClosed && !closed.isDone();
        return outcomeDue || endDue;
    }

    /** Without the lock, because functions that are chained to the stages run here. */
    private void completeStages() {
        locked(side::outcome).ifPresent(negotiated::complete);
        for (Call call = locked(finished::poll); call != null; call = locked(finished::poll)) {
            call.completeStage();
        }
        if (locked(() -> descriptorClosed)) {
            closed.complete(null);
        }
    }

    private <R extends @Nullable Object> R locked(Supplier<R> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }
}
