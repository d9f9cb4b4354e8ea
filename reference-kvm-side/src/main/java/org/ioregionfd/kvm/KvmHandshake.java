// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Decoding;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Fields;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.HandshakeCodec;
import org.ioregionfd.wire.HandshakeFrame;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.TranscriptDigest;
import org.ioregionfd.wire.Violation;

/**
 * The KVM side's state machine (section 6.2 of the document), from Idle to Open, Legacy or Failed.
 *
 * <p>Frames, events and the time come in; frames go out to a buffer that the caller sends whole and at once. It reads no
 * clock and draws no number. A peer's bytes never make it throw. A call that the state does not allow is the caller's
 * mistake, and throws. In Failed every event is ignored. Confined to one thread.
 */
public final class KvmHandshake {
    /** No deadline runs. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private final KvmPolicy policy;
    private final TranscriptDigest digest = new TranscriptDigest();
    private KvmState state;
    private int nonce;
    private long deadlineNanos = NO_DEADLINE;
    /** Version 0 in K's layout until an OFFER was taken; from then on the selected terms. */
    private Agreement terms;

    private Optional<Offer> offer = Optional.empty();
    private Optional<Outcome> outcome = Optional.empty();
    private Optional<Failure> failure = Optional.empty();

    /** Begins in Idle. */
    public KvmHandshake(KvmPolicy policy) {
        this.policy = policy;
        terms = new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, policy.layout());
        state = KvmState.IDLE;
    }

    public KvmState state() {
        return state;
    }

    /** The outcome of the negotiation, once it has ended. */
    public Optional<Outcome> outcome() {
        return outcome;
    }

    /** Why the channel failed, if it did. */
    public Optional<Failure> failure() {
        return failure;
    }

    /** The OFFER that answered the HELLO, with all its bits, known or not. */
    public Optional<Offer> offer() {
        return offer;
    }

    /** How commands are sent in Idle, Legacy and Open. */
    public Agreement terms() {
        return terms;
    }

    /** When {@link #deadlineReached} is due, on the clock of the given times, or {@link #NO_DEADLINE}. */
    public long nextDeadlineNanos() {
        return deadlineNanos;
    }

    /**
     * In Idle, before any other frame on the channel: sends a detached HELLO [HEL-005].
     *
     * @param region u64, the user_data of a registered region, or 0 if there is none yet [HEL-005]
     * @param helloNonce 0..255, at random [HEL-006]
     */
    public void startDetached(long region, int helloNonce, long nowNanos, ByteBuf out) {
        sendHello(Hello.detached(policy.layout(), region, helloNonce), out);
        // [KST-005] the deadline of a detached HELLO
        deadlineNanos = nowNanos + policy.deadlineNanos();
    }

    /**
     * In Idle, while no response is outstanding [HEL-003]: sends the READ, marked. It has no deadline beyond the READ's own.
     *
     * @param helloNonce 0..255, at random [HEL-006]
     */
    public void startAttached(KvmCommand read, int helloNonce, ByteBuf out) {
        // [POL-002]
        if (policy.policy() == Policy.REQUIRE || read.op() != Op.READ) {
            throw new IllegalStateException("only a READ under PREFER carries a HELLO");
        }
        // [HEL-007] the READ as it would be sent without a HELLO, but for its bytes 2..7
        sendHello(Hello.of(policy.layout(), read.sizeExponent(), read.region(), read.offset(), helloNonce), out);
    }

    /** In Idle, if the policy is OFF or version 0 is pinned: K sends commands of version 0 from now on. */
    public void stayLegacy() {
        require(KvmState.IDLE);
        if (policy.negotiates()) {
            throw new IllegalStateException("the policy negotiates");
        }
        becomeLegacy();
    }

    /**
     * Takes the frame of 32 bytes at {@code index}, in any state before Open and Legacy. Tells whether the frame has answered
     * the HELLO; then its bytes 0..7 are the value of the READ that carried the HELLO [HEL-004].
     */
    public boolean receive(ByteBuf buffer, int index, ByteBuf out) {
        return switch (state) {
            case IDLE ->
                refuse(
                        new Violation(Clause.KST_001, 0, buffer.getUnsignedByte(index)),
                        "the peer sent bytes before the first frame was sent to it");
            case HELLO_SENT -> receiveHelloAnswer(buffer, index, out);
            case OFFERED -> {
                surplusAfterOffer();
                yield false;
            }
            case SELECT_SENT -> receiveSelectAnswer(buffer, index);
            case OPEN, LEGACY -> throw new IllegalStateException("the handshake has ended");
            case FAILED -> false;
        };
    }

    /** In Offered: bytes were seen after the OFFER. */
    public void surplusAfterOffer() {
        // [KST-009] without a frame
        refuse(Violation.of(Clause.KST_009), "the bytes after the OFFER answer nothing");
    }

    /** In Offered: sends the SELECT. */
    public void select(long nowNanos, ByteBuf out) {
        require(KvmState.OFFERED);
        int index = out.writerIndex();
        Select select = new Select(terms.version().number(), terms.maxInflight(), terms.features(), 0);
        HandshakeCodec.encode(select, out);
        // [DIG-001] over HELLO, OFFER and this SELECT
        TranscriptDigest.set(out, index, digest.seal(out, index));
        state = KvmState.SELECT_SENT;
        // [KST-005] the deadline of a SELECT
        deadlineNanos = nowNanos + policy.deadlineNanos();
    }

    /** The user gives up: sends an ABORT in Offered, else nothing. */
    public void giveUp(ByteBuf out) {
        // [ABT-004, ABT-001] only while K holds an OFFER and has sent no SELECT for it
        if (state == KvmState.OFFERED) {
            abort(new Failure.Aborted(new Abort(Reason.POLICY, 0), Optional.empty(), "the user gave up"), out);
        } else {
            fail(new Failure.ClosedByUser());
        }
    }

    /** End of the stream, ECONNRESET or EPIPE, after everything was read that could be read [CHN-008]. */
    public void peerClosed() {
        // [KST-006] never Legacy
        fail(new Failure.PeerClosed(state));
    }

    /** Time has come to {@code nowNanos}; does nothing before {@link #nextDeadlineNanos()}. */
    public void deadlineReached(long nowNanos) {
        if (deadlineNanos == NO_DEADLINE || nowNanos - deadlineNanos < 0) {
            return;
        }
        Failure.Awaited awaited = state == KvmState.HELLO_SENT ? Failure.Awaited.OFFER : Failure.Awaited.ACCEPT;
        // [KST-005, KST-006] a slow D is not a legacy D: Failed, never Legacy
        fail(new Failure.DeadlinePassed(awaited));
    }

    /** Ends the channel for a reason found elsewhere; the first reason stays. */
    public void fail(Failure why) {
        if (state == KvmState.FAILED) {
            return;
        }
        state = KvmState.FAILED;
        deadlineNanos = NO_DEADLINE;
        failure = Optional.of(why);
        if (outcome.isEmpty()) {
            outcome = Optional.of(new Outcome.Failed(why));
        }
    }

    private void sendHello(Hello hello, ByteBuf out) {
        require(KvmState.IDLE);
        // [POL-001] no HELLO under OFF and under a pin of version 0
        if (!policy.negotiates()) {
            throw new IllegalStateException("the policy does not negotiate");
        }
        int index = out.writerIndex();
        HandshakeCodec.encode(hello, out);
        digest.restart(out, index);
        nonce = hello.nonce();
        state = KvmState.HELLO_SENT;
    }

    private boolean receiveHelloAnswer(ByteBuf buffer, int index, ByteBuf out) {
        if (!Frame.isMarkedResponse(buffer, index)) {
            return receiveUnmarkedAnswer(buffer, index);
        }
        Optional<HandshakeFrame> frame = decode(buffer, index);
        if (frame.isPresent() && frame.get() instanceof Offer answer) {
            return receiveOffer(answer, buffer, index, out);
        }
        // [KST-004] a marked frame other than an OFFER
        Violation violation = new Violation(Clause.KST_004, Fields.RESPONSE_KIND, Frame.responseKind(buffer, index));
        if (frame.isPresent() && frame.get() instanceof Reject reject) {
            // [REJ-002] reason and detail are shown in whatever state a REJECT comes
            fail(new Failure.Rejected(reject, Optional.of(violation)));
            return false;
        }
        return refuse(violation, "the answer to the HELLO is a marked frame, but no OFFER");
    }

    private boolean receiveUnmarkedAnswer(ByteBuf buffer, int index) {
        if (policy.policy() == Policy.REQUIRE) {
            // [KST-003]
            int seen = buffer.getUnsignedByte(index + Fields.RESPONSE_MARKER);
            return refuse(
                    new Violation(Clause.KST_003, Fields.RESPONSE_MARKER, seen),
                    "the peer is legacy: the answer to the HELLO bears no marker, and "
                            + policy.pin()
                                    .map(pin -> "the pin needs version "
                                            + pin.version().number())
                                    .orElse("the policy is REQUIRE"));
        }
        // [KST-002]
        becomeLegacy();
        return true;
    }

    private boolean receiveOffer(Offer answer, ByteBuf buffer, int index, ByteBuf out) {
        // [OFR-010] a stale frame
        if (answer.nonce() != nonce) {
            return refuse(
                    new Violation(Clause.OFR_010, Fields.OFFER_NONCE, answer.nonce()),
                    "the OFFER bears the nonce of another HELLO");
        }
        offer = Optional.of(answer);
        deadlineNanos = NO_DEADLINE;
        digest.add(buffer, index);
        Choice choice = Choice.of(policy, answer);
        if (choice instanceof Choice.Refuse refusal) {
            // [KST-011] whatever lies behind it
            abort(new Failure.Aborted(refusal.abort(), Optional.of(refusal.by()), refusal.words()), out);
        } else if (choice instanceof Choice.Take take) {
            terms = take.agreement();
            state = KvmState.OFFERED;
        }
        // [KST-007] the access has its value, whatever becomes of the channel
        return true;
    }

    private boolean receiveSelectAnswer(ByteBuf buffer, int index) {
        if (!Frame.isMarkedResponse(buffer, index)) {
            // [ACC-003] an unmarked response included
            int seen = buffer.getUnsignedByte(index + Fields.RESPONSE_MARKER);
            return refuse(new Violation(Clause.ACC_003, Fields.RESPONSE_MARKER, seen), "unmarked answer to the SELECT");
        }
        Decoding decoding = HandshakeCodec.decodeResponse(buffer, index);
        if (decoding instanceof Decoding.Malformed malformed
                && malformed.violation().clause() == Clause.ACC_002) {
            // [ACC-002] a reserved byte that is not zero
            return refuse(malformed.violation(), "a reserved byte of the ACCEPT is not zero");
        }
        Optional<HandshakeFrame> frame = decode(buffer, index);
        if (frame.isPresent() && frame.get() instanceof Accept accept) {
            return receiveAccept(accept, buffer, index);
        }
        if (frame.isPresent() && frame.get() instanceof Reject reject) {
            // [REJ-002] shown with reason and detail, and closed without a frame
            fail(new Failure.Rejected(reject, Optional.empty()));
            return false;
        }
        // [ACC-003]
        return refuse(
                new Violation(Clause.ACC_003, Fields.RESPONSE_KIND, Frame.responseKind(buffer, index)),
                "neither ACCEPT nor REJECT answers the SELECT");
    }

    private boolean receiveAccept(Accept accept, ByteBuf buffer, int index) {
        // [ACC-002] exactly what was selected
        if (accept.version() != terms.version().number()) {
            return refuse(
                    new Violation(Clause.ACC_002, Fields.ACCEPT_VERSION, accept.version()),
                    "the ACCEPT is of another version");
        }
        // [ACC-002]
        if (!accept.features().equals(terms.features())) {
            return refuse(
                    new Violation(
                            Clause.ACC_002,
                            Fields.ACCEPT_FEATURES,
                            accept.features().bits()),
                    "the ACCEPT is of other features");
        }
        // [ACC-002]
        if (accept.maxInflight() != terms.maxInflight()) {
            return refuse(
                    new Violation(Clause.ACC_002, Fields.ACCEPT_MAX_INFLIGHT, accept.maxInflight()),
                    "the ACCEPT is of another window");
        }
        // [ACC-002, DIG-002]
        if (accept.digest() != digest.seal(buffer, index)) {
            return refuse(
                    new Violation(Clause.ACC_002, Fields.ACCEPT_DIGEST, Integer.toUnsignedLong(accept.digest())),
                    "the ACCEPT's digest does not match the frames seen here");
        }
        state = KvmState.OPEN;
        deadlineNanos = NO_DEADLINE;
        outcome = Optional.of(new Outcome.Agreed(terms));
        return false;
    }

    private void becomeLegacy() {
        state = KvmState.LEGACY;
        deadlineNanos = NO_DEADLINE;
        outcome = Optional.of(new Outcome.LegacyPeer(policy.layout()));
    }

    private void abort(Failure.Aborted why, ByteBuf out) {
        HandshakeCodec.encode(why.abort(), out);
        // [ABT-002]
        fail(why);
    }

    /** Returns false for its callers: no value came. */
    private boolean refuse(Violation violation, String words) {
        fail(new Failure.Violated(violation, words));
        return false;
    }

    private void require(KvmState expected) {
        if (state != expected) {
            throw new IllegalStateException("in " + state.label() + ", not in " + expected.label());
        }
    }

    /** The marked frame from D, or nothing if it is malformed. */
    private static Optional<HandshakeFrame> decode(ByteBuf buffer, int index) {
        return HandshakeCodec.decodeResponse(buffer, index) instanceof Decoding.Decoded decoded
                ? Optional.of(decoded.frame())
                : Optional.empty();
    }
}
