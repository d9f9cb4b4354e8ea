// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.OfferOracle.Verdict;
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

/** Section 6.2 of the document: K's required state after its input, and the required end of each access. */
final class ExpectedKvm {
    static final long NEVER = Long.MAX_VALUE;

    final KvmPolicy policy;
    final ExpectedAccesses accesses = new ExpectedAccesses();
    KvmState state = KvmState.IDLE;
    /** K cannot write any more. */
    boolean isBroken;

    Agreement terms;
    long handshakeDeadlineNanos = NEVER;
    /** The frame that the machine must make in this call: a SELECT or an ABORT. */
    Optional<Frame> answer = Optional.empty();

    Optional<Class<? extends Failure>> failure = Optional.empty();

    private final Framing framing;
    private final Cutter cutter = new Cutter();
    private long drainDeadlineNanos = NEVER;
    private Frame hello = Forge.blank("HELLO");
    /** The place of the HELLO among K's frames. */
    private int helloFrame;

    private Frame offer = Forge.blank("OFFER");
    private Frame select = Forge.blank("SELECT");
    private Optional<GuestAccess> carrier = Optional.empty();

    ExpectedKvm(KvmPolicy policy, Framing framing) {
        this.policy = policy;
        this.framing = framing;
        terms = new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, policy.layout());
    }

    /** Whether K must read. */
    boolean awaitsBytes() {
        return switch (state) {
            case HELLO_SENT, OFFERED, SELECT_SENT -> true;
            case IDLE, LEGACY, OPEN -> isBroken || !accesses.outstanding.isEmpty();
            case FAILED -> false;
        };
    }

    /** Whether the present terms may be saved [REC-004]: a cancelled access counts until its answer has come. */
    boolean maySave() {
        return (state == KvmState.OPEN || state == KvmState.LEGACY) && accesses.isQuiet();
    }

    /** A READ carries the HELLO, or nothing does. */
    void helloMade(Frame frame, int number, Optional<GuestAccess> read) {
        hello = frame;
        helloFrame = number;
        carrier = read;
        state = KvmState.HELLO_SENT;
    }

    void selectMade(Frame frame, long nowNanos) {
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
        cutter.cut(bytes, this::take);
        // [FAI-003] one byte is enough, of the answer of a HELLO too; [KST-009]
        boolean isEarly = (isOneAtATime() && !accesses.isFirstWritten())
                || (state == KvmState.HELLO_SENT && !accesses.isWritten(helloFrame));
        if (cutter.held() > 0 && (isEarly || state == KvmState.OFFERED)) {
            fail(Failure.Violated.class);
        }
        if (state == KvmState.OFFERED && !isBroken) {
            answer = verdict().choice().map(choice -> Forge.select(hello, offer, choice));
        }
    }

    void peerClosed() {
        // [CHN-004]
        fail(cutter.held() > 0 ? Failure.Violated.class : Failure.PeerClosed.class);
    }

    void writeFailed(long nowNanos) {
        if (!isBroken && state != KvmState.FAILED) {
            isBroken = true;
            drainDeadlineNanos = nowNanos + policy.deadlineNanos();
        }
    }

    void closedByUser() {
        fail(state == KvmState.OFFERED ? Failure.Aborted.class : Failure.ClosedByUser.class);
    }

    void deadlineReached(long nowNanos) {
        if (nowNanos >= handshakeDeadlineNanos || nowNanos >= exchangeDeadlineNanos()) {
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
            case IDLE, LEGACY, OPEN -> takeResponse(frame);
            case HELLO_SENT -> takeHelloAnswer(frame);
            // [KST-009]
            case OFFERED -> fail(Failure.Violated.class);
            case SELECT_SENT -> takeSelectAnswer(frame);
            case FAILED -> {}
        }
    }

    /** Whether a response does not name its command. */
    private boolean isOneAtATime() {
        return switch (state) {
            case IDLE, LEGACY -> true;
            case OPEN -> terms.version() != ProtocolVersion.TAGGED;
            case HELLO_SENT, OFFERED, SELECT_SENT, FAILED -> false;
        };
    }

    private void takeResponse(byte[] bytes) {
        Dialect dialect = Asked.terms(terms).dialect();
        boolean isExact = dialect.response().faults(bytes).isEmpty();
        Frame response = new Frame(dialect.response(), bytes);
        // [KST-008, V1-004, V2-005]
        boolean fits = terms.version() == ProtocolVersion.LEGACY ? Octets.kindFromD(bytes) == Octets.UNMARKED : isExact;
        Optional<GuestAccess> access = accesses.outstanding.stream().findFirst();
        Optional<Status> status = Optional.empty();
        if (dialect == Dialect.TAGGED) {
            if (terms.has(Feature.OUT_OF_ORDER)) {
                access = accesses.outstanding.stream()
                        .filter(candidate -> candidate.tag == (int) response.get("tag"))
                        .findFirst();
            }
            status = Status.of((int) response.get("status"));
            fits = fits
                    && Octets.REGISTRY.codes("statuses").contains((int) response.get("status"))
                    && access.filter(asked -> asked.tag == (int) response.get("tag"))
                            .isPresent();
        }
        // [FAI-003]
        if (fits && access.filter(asked -> accesses.isWritten(asked.frame)).isPresent()) {
            accesses.answered(access.get(), response.get("data"), status, terms);
        } else {
            fail(Failure.Violated.class);
        }
    }

    private void takeHelloAnswer(byte[] bytes) {
        int kind = Octets.kindFromD(bytes);
        Frame frame = new Frame(offer.shape(), bytes);
        // [FAI-003] a command that is not completely sent cannot have been answered
        if (!accesses.isWritten(helloFrame)) {
            fail(Failure.Violated.class);
        } else if (kind == Octets.UNMARKED) {
            takeUnmarkedAnswer(frame);
        } else if (kind == Octets.OFFER && frame.get("nonce") == hello.get("nonce")) {
            takeOffer(frame);
        } else {
            // [KST-004, OFR-010]
            fail(kind == Octets.REJECT ? Failure.Rejected.class : Failure.Violated.class);
        }
    }

    private void takeUnmarkedAnswer(Frame frame) {
        // [KST-003]
        if (policy.policy() == Policy.REQUIRE) {
            fail(Failure.Violated.class);
            return;
        }
        // [KST-002]
        state = KvmState.LEGACY;
        handshakeDeadlineNanos = NEVER;
        carrier.ifPresent(read -> accesses.answered(read, frame.get("value"), Optional.empty(), terms));
    }

    private void takeOffer(Frame frame) {
        offer = frame;
        handshakeDeadlineNanos = NEVER;
        // [KST-007]
        carrier.ifPresent(read -> accesses.answered(read, frame.get("value"), Optional.empty(), terms));
        Verdict verdict = verdict();
        if (verdict.choice().isPresent()) {
            state = KvmState.OFFERED;
        } else {
            fail(Failure.Aborted.class);
            answer = isBroken ? Optional.empty() : Optional.of(Forge.abort(verdict.reason(), verdict.detail()));
        }
    }

    private Verdict verdict() {
        Terms granted = new Terms(offer.get("versions"), offer.get("features"), (int) offer.get("max_inflight"));
        return OfferOracle.of(Asked.setup(policy), granted);
    }

    private void takeSelectAnswer(byte[] bytes) {
        Frame accept = Forge.accept(hello, offer, select);
        if (accept.equals(new Frame(accept.shape(), bytes))) {
            state = KvmState.OPEN;
            Choice choice = verdict().choice().orElseThrow();
            terms = new Agreement(
                    ProtocolVersion.of(choice.version()).orElseThrow(),
                    new FeatureSet(choice.features()),
                    choice.maxInflight(),
                    policy.layout());
            handshakeDeadlineNanos = NEVER;
        } else {
            // [ACC-002, ACC-003, REJ-002]
            fail(Octets.kindFromD(bytes) == Octets.REJECT ? Failure.Rejected.class : Failure.Violated.class);
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
