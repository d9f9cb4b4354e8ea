// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Status;

/** Section 6.2 of the document once more: what K has to make of what it was handed, and how each access has to end. */
final class ExpectedKvm {
    static final long NEVER = Long.MAX_VALUE;

    /** [FAI-004] The machine's own bound on what was given out and not written. */
    static final int UNWRITTEN_MAX = 2048 * Octets.LENGTH;

    /** Whether K can still write. */
    enum Sending {
        POSSIBLE,
        BROKEN
    }

    final KvmPolicy policy;
    final ExpectedAccesses accesses = new ExpectedAccesses();
    KvmState state = KvmState.IDLE;
    Sending sending = Sending.POSSIBLE;
    Agreement terms;
    long handshakeDeadlineNanos = NEVER;
    long drainDeadlineNanos = NEVER;
    /** The frame that the machine has to make in this call: a SELECT or an ABORT. */
    Optional<byte[]> answer = Optional.empty();

    Optional<Class<? extends Failure>> failure = Optional.empty();
    private byte[] hello = new byte[0];
    /** The place of the HELLO among K's frames. */
    private int helloFrame;

    private final Framing framing;
    private final byte[] partial = new byte[Octets.LENGTH];
    private int held;
    private byte[] offer = new byte[0];
    private byte[] select = new byte[0];
    private Optional<GuestAccess> carrier = Optional.empty();

    ExpectedKvm(KvmPolicy policy, Framing framing) {
        this.policy = policy;
        this.framing = framing;
        terms = new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, policy.layout());
    }

    void submitted(GuestAccess access, int waitingMax) {
        if (state == KvmState.FAILED || accesses.waiting.size() == waitingMax) {
            access.due = new AccessEnd.NotSent("");
        } else {
            accesses.waiting.add(access);
        }
    }

    /** Whether somebody has to read. */
    boolean awaitsBytes() {
        return switch (state) {
            case HELLO_SENT, OFFERED, SELECT_SENT -> true;
            case IDLE, LEGACY, OPEN -> sending == Sending.BROKEN || !accesses.outstanding.isEmpty();
            case FAILED -> false;
        };
    }

    /** Whether what holds may be saved [REC-004]: what was cancelled counts until its answer came. */
    boolean maySave() {
        return (state == KvmState.OPEN || state == KvmState.LEGACY) && accesses.isQuiet();
    }

    /** A READ carries the HELLO, or nothing does. */
    void helloMade(byte[] frame, int number, Optional<GuestAccess> read) {
        hello = frame;
        helloFrame = number;
        carrier = read;
        state = KvmState.HELLO_SENT;
    }

    void selectMade(byte[] frame, long nowNanos) {
        select = frame;
        state = KvmState.SELECT_SENT;
        handshakeDeadlineNanos = nowNanos + policy.deadlineNanos();
    }

    void delivered(byte[] bytes) {
        if (state == KvmState.FAILED) {
            return;
        }
        // [CHN-005, KST-001]
        if ((framing == Framing.RECORDS && bytes.length != Octets.LENGTH) || !accesses.isWritten(0)) {
            fail(Failure.Violated.class);
            return;
        }
        for (byte octet : bytes) {
            partial[held++] = octet;
            if (held == Octets.LENGTH) {
                held = 0;
                take(partial.clone());
            }
        }
        if (held > 0 && isOneAtATime() && !accesses.isFirstWritten()) {
            // [FAI-003] one byte is enough
            fail(Failure.Violated.class);
        }
        // [KST-009]
        if (state == KvmState.OFFERED && held > 0) {
            fail(Failure.Violated.class);
        }
        if (state == KvmState.OFFERED && sending == Sending.POSSIBLE) {
            answer = Optional.of(ExpectedChoice.of(policy, offer).select(hello, offer));
        }
    }

    void peerClosed() {
        // [CHN-004]
        fail(held > 0 ? Failure.Violated.class : Failure.PeerClosed.class);
    }

    void writeFailed(long nowNanos) {
        if (sending == Sending.POSSIBLE && state != KvmState.FAILED) {
            sending = Sending.BROKEN;
            drainDeadlineNanos = nowNanos + policy.deadlineNanos();
        }
    }

    void closedByUser() {
        fail(state == KvmState.OFFERED ? Failure.Aborted.class : Failure.ClosedByUser.class);
    }

    void deadlineReached(long nowNanos) {
        boolean late = nowNanos >= handshakeDeadlineNanos || nowNanos >= exchangeDeadlineNanos();
        if (late) {
            fail(Failure.DeadlinePassed.class);
        } else if (nowNanos >= drainDeadlineNanos) {
            fail(Failure.PeerClosed.class);
        }
    }

    long nextDeadlineNanos() {
        return Math.min(drainDeadlineNanos, Math.min(handshakeDeadlineNanos, exchangeDeadlineNanos()));
    }

    private long exchangeDeadlineNanos() {
        return accesses.nextDeadlineNanos(policy.deadlineNanos());
    }

    private void take(byte[] frame) {
        switch (state) {
            case IDLE, LEGACY -> takeVersionZero(frame);
            case HELLO_SENT -> takeHelloAnswer(frame);
            // [KST-009]
            case OFFERED -> fail(Failure.Violated.class);
            case SELECT_SENT -> takeSelectAnswer(frame);
            case OPEN -> {
                switch (terms.version()) {
                    case LEGACY -> takeVersionZero(frame);
                    case EXACT -> takeVersionOne(frame);
                    case TAGGED -> takeVersionTwo(frame);
                }
            }
            case FAILED -> {}
        }
    }

    /** Whether nothing in a response says whose it is. */
    private boolean isOneAtATime() {
        return switch (state) {
            case IDLE, LEGACY -> true;
            case OPEN -> terms.version() != ProtocolVersion.TAGGED;
            case HELLO_SENT, OFFERED, SELECT_SENT, FAILED -> false;
        };
    }

    private void takeVersionZero(byte[] frame) {
        // [KST-008]
        if (Octets.isMarkedByD(frame)) {
            fail(Failure.Violated.class);
        } else {
            takeInOrder(frame);
        }
    }

    private void takeVersionOne(byte[] frame) {
        // [V1-004]
        if (Octets.firstNonZero(frame, 8, Octets.LENGTH) >= 0) {
            fail(Failure.Violated.class);
        } else {
            takeInOrder(frame);
        }
    }

    private void takeInOrder(byte[] frame) {
        // [FAI-003]
        if (!accesses.isFirstWritten()) {
            fail(Failure.Violated.class);
        } else {
            accesses.answered(accesses.outstanding.get(0), Octets.u64(frame, 0), Optional.empty());
        }
    }

    private void takeVersionTwo(byte[] frame) {
        int tag = Octets.u32(frame, 8);
        int status = Octets.u16(frame, 12);
        Optional<GuestAccess> access = accesses.outstanding.stream()
                .filter(candidate -> candidate.tag == tag && accesses.isWritten(candidate.frame))
                .findFirst();
        boolean inTurn = terms.has(Feature.OUT_OF_ORDER)
                || access.equals(accesses.outstanding.stream().findFirst());
        // [V2-005]
        if (access.isEmpty()
                || !inTurn
                || status < 1
                || status > 4
                || Octets.firstNonZero(frame, 14, Octets.LENGTH) >= 0) {
            fail(Failure.Violated.class);
        } else {
            accesses.answered(access.get(), Octets.u64(frame, 0), Status.of(status));
        }
    }

    private void takeHelloAnswer(byte[] frame) {
        boolean isOffer = Octets.isFromD(frame, Octets.OFFER);
        // [FAI-003] what is not sent whole cannot have been answered
        if (!accesses.isWritten(helloFrame)) {
            fail(Failure.Violated.class);
        } else if (!Octets.isMarkedByD(frame)) {
            takeUnmarkedAnswer(frame);
        } else if (isOffer && frame[13] == hello[7]) {
            takeOffer(frame);
        } else {
            // [KST-004, OFR-010]
            fail(Octets.isFromD(frame, Octets.REJECT) ? Failure.Rejected.class : Failure.Violated.class);
        }
    }

    private void takeUnmarkedAnswer(byte[] frame) {
        // [KST-003]
        if (policy.policy() == Policy.REQUIRE) {
            fail(Failure.Violated.class);
            return;
        }
        // [KST-002]
        state = KvmState.LEGACY;
        handshakeDeadlineNanos = NEVER;
        carrier.ifPresent(read -> accesses.answered(read, Octets.u64(frame, 0), Optional.empty()));
    }

    private void takeOffer(byte[] frame) {
        offer = frame;
        handshakeDeadlineNanos = NEVER;
        // [KST-007]
        carrier.ifPresent(read -> accesses.answered(read, Octets.u64(frame, 0), Optional.empty()));
        ExpectedChoice choice = ExpectedChoice.of(policy, frame);
        if (choice.terms().isPresent()) {
            state = KvmState.OFFERED;
        } else {
            fail(Failure.Aborted.class);
            answer = sending == Sending.POSSIBLE ? Optional.of(choice.abort()) : Optional.empty();
        }
    }

    private void takeSelectAnswer(byte[] frame) {
        boolean repeats = Octets.u64(frame, 0) == 0
                && frame[13] == 0
                && Octets.u16(frame, 14) == Octets.u16(select, 10)
                && Octets.u64(frame, 16) == Octets.u64(select, 16)
                && Octets.u16(frame, 24) == Octets.u16(select, 8)
                && Octets.u16(frame, 26) == 0
                && Octets.u32(frame, Octets.DIGEST) == Octets.digest(hello, offer, select, frame);
        if (Octets.isFromD(frame, Octets.ACCEPT) && repeats) {
            state = KvmState.OPEN;
            terms = ExpectedChoice.of(policy, offer).terms().orElseThrow();
            handshakeDeadlineNanos = NEVER;
        } else {
            // [ACC-002, ACC-003, REJ-002]
            fail(Octets.isFromD(frame, Octets.REJECT) ? Failure.Rejected.class : Failure.Violated.class);
        }
    }

    /** [FAI-001] */
    private void fail(Class<? extends Failure> why) {
        if (state == KvmState.FAILED) {
            return;
        }
        state = KvmState.FAILED;
        failure = Optional.of(why);
        handshakeDeadlineNanos = NEVER;
        drainDeadlineNanos = NEVER;
        answer = Optional.empty();
        accesses.endAll();
    }
}
