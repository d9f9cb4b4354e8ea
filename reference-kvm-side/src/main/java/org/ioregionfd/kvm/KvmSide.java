// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameAssembler;
import org.ioregionfd.wire.LegacyResponse;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.Violation;
import org.jspecify.annotations.Nullable;

/**
 * The KVM side of one channel without its I/O: framing, handshake and accesses.
 *
 * <p>After each call, do the following in this order: send the bytes of {@link #take}; hand on the accesses of {@link
 * #pollEndedAccess}; close the channel if the {@link #state} is FAILED, after an ABORT that was given out; set a timer for
 * {@link #nextDeadlineNanos}. Tell {@link #written} how much was written. All times are on one clock of the caller.
 *
 * <p>A peer's bytes never make it throw, and every submitted access ends [FAI-001]. Confined to one thread.
 *
 * @param <T> the caller's own mark of an access
 */
public final class KvmSide<T> {
    private final KvmPolicy policy;
    private final int nonce;
    private final KvmHandshake handshake;
    private final Transmission transmission = new Transmission();
    private final KvmExchange<T> exchange;
    private final FrameAssembler assembler = new FrameAssembler();
    private final FrameAssembler.Sink frames = this::receiveFrame;
    /** K still reads everything that can be read [CHN-008]. */
    private boolean writeFailed;
    /** The accesses of the failed channel have been ended. */
    private boolean settled;
    /** When to stop waiting for the end of a stream that takes no more bytes. */
    private long drainDeadlineNanos = KvmHandshake.NO_DEADLINE;
    /** Where the HELLO begins in the stream of all sent bytes; a detached HELLO is the first frame [HEL-005]. */
    private long helloPosition;

    /**
     * A channel that was not used before [CHN-009].
     *
     * @param nonce 0..255, at random [HEL-006]; a channel sends one HELLO at most
     */
    public KvmSide(KvmPolicy policy, int nonce) {
        this.policy = policy;
        this.nonce = nonce;
        handshake = new KvmHandshake(policy);
        exchange = new KvmExchange<>(handshake.terms(), policy.deadlineNanos(), transmission);
    }

    public KvmState state() {
        return handshake.state();
    }

    /** The outcome of the negotiation, once it has ended. */
    public Optional<Outcome> outcome() {
        return handshake.outcome();
    }

    /** Why the channel failed, if it did. */
    public Optional<Failure> failure() {
        return handshake.failure();
    }

    /** The OFFER, if one came. */
    public Optional<Offer> offer() {
        return handshake.offer();
    }

    /** The terms by which K sends commands in Idle, Legacy and Open. */
    public Agreement terms() {
        return handshake.terms();
    }

    /**
     * Negotiates by a detached HELLO, or goes to Legacy if the policy does not negotiate. Does nothing if a negotiation runs
     * or has ended.
     *
     * @throws IllegalStateException if a frame was sent without one: the next READ carries the HELLO [HEL-005]
     */
    public void negotiate(long nowNanos) {
        if (handshake.state() != KvmState.IDLE) {
            return;
        }
        if (transmission.position() > 0) {
            throw new IllegalStateException("a WRITE was sent before: the first READ carries the HELLO");
        }
        // [POL-001] no HELLO under OFF and under a pin of version 0
        if (!policy.negotiates()) {
            handshake.stayLegacy();
            return;
        }
        handshake.startDetached(0, nonce, nowNanos, transmission.bytes());
    }

    /**
     * Takes an access, which belongs to the channel until it is polled or abandoned, and sends it when its turn comes.
     * Negotiates if that is due.
     */
    public void submit(KvmAccess<T> access, long nowNanos) {
        enqueue(access, nowNanos);
        proceed(nowNanos);
    }

    /** Takes one of many accesses like {@link #submit}; call {@link #proceed} behind the last. */
    public void enqueue(KvmAccess<T> access, long nowNanos) {
        if (exchange.isFull()) {
            // some of those that wait may go, and make room
            advance(nowNanos);
        }
        Optional<Failure> failure = handshake.failure();
        // [FAI-002, DRV-003]
        if (failure.isPresent()) {
            exchange.refuse(access, failure.get().inWords());
            return;
        }
        exchange.enqueue(access);
    }

    /** Sends the enqueued accesses whose turn has come. */
    public void proceed(long nowNanos) {
        advance(nowNanos);
    }

    /**
     * The caller of an access no longer waits, and the access ends at once. If its command was not given out, it ends as "not
     * sent" and is never sent; otherwise it ends as "may have been executed". It is not polled any more and must not be used
     * again. A late response is dropped; until it comes, the access counts as outstanding. An access that has already ended
     * does not change.
     */
    public void abandon(KvmAccess<T> access, String why, long nowNanos) {
        exchange.abandon(access, why);
        advance(nowNanos);
    }

    /** Whether bytes from the peer are awaited, so that the transport must go on reading. */
    public boolean awaitsBytes() {
        return switch (handshake.state()) {
            case HELLO_SENT, OFFERED, SELECT_SENT -> true;
            case OPEN, LEGACY, IDLE -> writeFailed || !exchange.isQuiet();
            case FAILED -> false;
        };
    }

    /** Why the agreement cannot be saved now; empty if it can [REC-004]. */
    public Optional<String> objectionToRecord() {
        return switch (handshake.state()) {
            case OPEN, LEGACY -> exchange.objectionToRecord();
            case IDLE, HELLO_SENT, OFFERED, SELECT_SENT -> Optional.of("nothing is agreed yet");
            case FAILED -> Optional.of("the channel failed");
        };
    }

    /** Takes bytes of a stream, however they were cut [CHN-002]. All of them count as read. */
    public void receive(ByteBuf in, long nowNanos) {
        if (handshake.state() != KvmState.FAILED && in.isReadable() && !transmission.hasWritten(0)) {
            // [KST-001]
            fail(
                    new Violation(Clause.KST_001, 0, in.getUnsignedByte(in.readerIndex())),
                    "the peer sent bytes before the first frame was sent to it");
        }
        if (handshake.state() != KvmState.FAILED) {
            assembler.receive(in, frames);
        }
        if (handshake.state() == KvmState.OFFERED && (in.isReadable() || assembler.held() > 0)) {
            // [KST-009] before the SELECT
            handshake.surplusAfterOffer();
        }
        if (assembler.held() > 0) {
            receiveFragment();
        }
        in.skipBytes(in.readableBytes());
        if (handshake.state() == KvmState.OFFERED && !writeFailed) {
            // [SEL-007] at the next use at the latest: this side does not wait for it
            handshake.select(nowNanos, transmission.bytes());
        }
        advance(nowNanos);
    }

    /** Takes one record of a SEQPACKET socket. */
    public void receiveRecord(ByteBuf packet, long nowNanos) {
        // [CHN-005]
        if (packet.readableBytes() != Frame.LENGTH) {
            fail(Violation.of(Clause.CHN_005), "a record has " + packet.readableBytes() + " bytes, not 32");
        }
        receive(packet, nowNanos);
    }

    /** How many bytes {@link #take} can give. */
    public int takeable() {
        return transmission.untaken();
    }

    /** Appends at most that many of the bytes to send; in whole frames, if the number is a multiple of a frame's length. */
    public void take(ByteBuf out, int lengthMax) {
        transmission.take(out, lengthMax);
    }

    /** So many more of the taken bytes have been written to the channel. */
    public void written(int length, long nowNanos) {
        transmission.written(length);
        exchange.endWritten();
        advance(nowNanos);
    }

    /** A write failed with EPIPE or ECONNRESET. Nothing is sent any more; go on reading to the end [CHN-008]. */
    public void writeFailed(long nowNanos) {
        if (writeFailed || handshake.state() == KvmState.FAILED) {
            return;
        }
        writeFailed = true;
        transmission.dropUntaken();
        drainDeadlineNanos = nowNanos + policy.deadlineNanos();
    }

    /** The end of the stream was read, or ECONNRESET. */
    public void peerClosed(long nowNanos) {
        // [CHN-004] a fragment is not acted on
        if (assembler.held() > 0) {
            fail(Violation.of(Clause.CHN_004), "the stream ended within a frame");
        }
        handshake.peerClosed();
        advance(nowNanos);
    }

    /** The user closes the channel: outstanding accesses end. */
    public void close(long nowNanos) {
        handshake.giveUp(transmission.bytes());
        advance(nowNanos);
    }

    /** When {@link #deadlineReached} is due, or {@link KvmHandshake#NO_DEADLINE}. */
    public long nextDeadlineNanos() {
        return Math.min(drainDeadlineNanos, Math.min(handshake.nextDeadlineNanos(), exchange.nextDeadlineNanos()));
    }

    /** Time has come to {@code nowNanos}; does nothing before {@link #nextDeadlineNanos()}. */
    public void deadlineReached(long nowNanos) {
        handshake.deadlineReached(nowNanos);
        // [FAI-004] every wait is bounded, [KST-006] and never ends in Legacy
        exchange.overdue(nowNanos).ifPresent(awaited -> handshake.fail(new Failure.DeadlinePassed(awaited)));
        if (isOver(drainDeadlineNanos, nowNanos)) {
            handshake.peerClosed();
        }
        advance(nowNanos);
    }

    /** The next access that has ended, if there is one; it can then be used again. */
    @SuppressWarnings("exports") // about the annotation: embedders compile without it
    public @Nullable KvmAccess<T> pollEndedAccess() {
        return exchange.pollEnded();
    }

    private FrameAssembler.Progress receiveFrame(ByteBuf buffer, int index) {
        switch (handshake.state()) {
            case HELLO_SENT -> receiveHelloAnswer(buffer, index);
            case SELECT_SENT -> {
                handshake.receive(buffer, index, transmission.bytes());
                exchange.agree(handshake.terms());
            }
            // [KST-009] the OFFER is answered when all bytes that came with it were seen
            case OFFERED -> handshake.surplusAfterOffer();
            case IDLE, OPEN, LEGACY -> receiveResponse(buffer, index);
            case FAILED -> {}
        }
        return handshake.state() == KvmState.FAILED ? FrameAssembler.Progress.STOP : FrameAssembler.Progress.MORE;
    }

    private void receiveResponse(ByteBuf buffer, int index) {
        Optional<Failure> failure = exchange.receive(buffer, index);
        if (failure.isPresent()) {
            handshake.fail(failure.get());
        }
    }

    /** The rest may never come, so the first byte must show that these bytes answer nothing. */
    private void receiveFragment() {
        switch (handshake.state()) {
            case IDLE, OPEN, LEGACY -> exchange.receiveFragment().ifPresent(handshake::fail);
            case HELLO_SENT -> requireHelloWritten();
            case OFFERED, SELECT_SENT, FAILED -> {}
        }
    }

    private void receiveHelloAnswer(ByteBuf buffer, int index) {
        if (requireHelloWritten() && handshake.receive(buffer, index, transmission.bytes())) {
            // [HEL-004, KST-007] the answer's value is the access's result, whatever happens to the channel
            exchange.completeHello(LegacyResponse.data(buffer, index));
        }
    }

    /** False where the channel fails. */
    private boolean requireHelloWritten() {
        boolean isWritten = transmission.hasWritten(helloPosition);
        if (!isWritten) {
            // [FAI-003, FAI-007] a command that was not completely sent cannot have been answered
            fail(Violation.of(Clause.FAI_003), "a response came before the HELLO was sent");
        }
        return isWritten;
    }

    /** Does everything that the state allows now. */
    private void advance(long nowNanos) {
        if (handshake.state() == KvmState.FAILED) {
            settle();
            return;
        }
        if (writeFailed) {
            return;
        }
        switch (handshake.state()) {
            case IDLE -> advanceIdle(nowNanos);
            // [HEL-003, SEL-005, KST-010] nothing is sent between HELLO and OFFER, and between SELECT and ACCEPT
            case HELLO_SENT, OFFERED, SELECT_SENT -> {}
            case OPEN, LEGACY -> exchange.sendWaiting(nowNanos);
            case FAILED -> {}
        }
    }

    private void advanceIdle(long nowNanos) {
        if (exchange.next() == null) {
            return;
        }
        // [POL-001] no HELLO
        if (!policy.negotiates()) {
            // What is refused sends no frame, and K stays in Idle.
            exchange.refuseForbidden();
            if (exchange.next() != null) {
                handshake.stayLegacy();
                exchange.sendWaiting(nowNanos);
            }
            return;
        }
        // [POL-002, HEL-005] before the first access
        if (policy.hello() == HelloMode.DETACHED) {
            handshake.startDetached(exchange.next().region, nonce, nowNanos, transmission.bytes());
            return;
        }
        do {
            // [V0-004, FEA-002] no access at HELLO_OFFSET and no FENCE before a version was agreed
            exchange.refuseForbidden();
        } while (sendFirst(nowNanos));
    }

    /** Sends the next access, if its turn has come: a READ as the HELLO, a WRITE unchanged. */
    private boolean sendFirst(long nowNanos) {
        KvmAccess<T> next = exchange.next();
        if (next == null) {
            return false;
        }
        if (next.op == Op.READ) {
            startAttached(next, nowNanos);
            return false;
        }
        // [KST-010] version-0 WRITEs may go before the attached HELLO
        return exchange.sendNext(nowNanos);
    }

    private void startAttached(KvmAccess<T> read, long nowNanos) {
        // [HEL-003] only while no response is outstanding
        if (exchange.isQuiet() && transmission.hasRoom()) {
            KvmCommand command = read.command();
            exchange.sendNextElsewhere(nowNanos);
            helloPosition = transmission.position();
            handshake.startAttached(command, nonce, transmission.bytes());
        }
    }

    /** Ends accesses that are under way when the channel has failed [FAI-006]. */
    private void settle() {
        if (settled) {
            return;
        }
        settled = true;
        drainDeadlineNanos = KvmHandshake.NO_DEADLINE;
        Failure failure = handshake.failure().orElseThrow();
        // an ABORT is the only frame that goes out after the channel has failed [ABT-002], if anything can go out
        if (!(failure instanceof Failure.Aborted) || writeFailed) {
            transmission.dropUntaken();
        }
        exchange.endAll(failure.inWords());
    }

    private void fail(Violation violation, String words) {
        handshake.fail(new Failure.Violated(violation, words));
    }

    private static boolean isOver(long deadlineNanos, long nowNanos) {
        return deadlineNanos != KvmHandshake.NO_DEADLINE && nowNanos - deadlineNanos >= 0;
    }
}
