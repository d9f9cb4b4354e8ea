// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Sending;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.kvm.KvmSide;
import org.ioregionfd.kvm.KvmState;

/**
 * Judges a KVM side by the document: which frames it may make and when, and how accesses end, after its requests and its
 * input. Call it after every call of the machine.
 */
final class KvmJudge {
    /** [FAI-004] The machine's own bound. */
    static final int WAITING_MAX = 4096;

    /** The largest amount that was given out and not written. */
    private static final int UNWRITTEN_MAX = 2048 * Octets.LENGTH;

    /** A frame that the machine has made but not yet given out; SELECT, ABORT and a detached HELLO have no access. */
    private record Made(Frame frame, Optional<GuestAccess> access) {}

    private final ExpectedKvm expected;
    private final KvmSide<Vcpu> side;
    private final int nonce;
    private final ArrayDeque<Made> made = new ArrayDeque<>();
    /** All accesses for which a frame was made, in that order. */
    private final List<GuestAccess> turns = new ArrayList<>();

    private final List<GuestAccess> submitted = new ArrayList<>();
    /** All that were used on this channel, which is fewer than there are. */
    private final Set<Integer> tags = new HashSet<>();

    private final Cutter cutter = new Cutter();
    private int framesMade;
    private long takenBytes;
    private int ended;
    private boolean negotiatedByUser;

    KvmJudge(ExpectedKvm expected, KvmSide<Vcpu> side, int nonce) {
        this.expected = expected;
        this.side = side;
        this.nonce = nonce;
    }

    ExpectedKvm expected() {
        return expected;
    }

    List<GuestAccess> turns() {
        return turns;
    }

    List<GuestAccess> submitted() {
        return submitted;
    }

    void submits(GuestAccess access) {
        submitted.add(access);
        if (expected.state == KvmState.FAILED || expected.accesses.waiting.size() == WAITING_MAX) {
            access.due = new AccessEnd.NotSent("");
        } else {
            expected.accesses.waiting.add(access);
        }
    }

    /** The caller of an access that has not ended no longer waits, and gets this result. */
    void cancels(GuestAccess access, AccessEnd told) {
        Wrong.unless(access.end == null, () -> access + " ended before it was cancelled");
        access.end = told;
        ended++;
        Wrong.unlessSame(
                expected.accesses.cancelled(access), told.getClass(), () -> access + " was cancelled and ended");
    }

    /** How many accesses have ended. */
    int ended() {
        return ended;
    }

    /** The user calls for a negotiation. */
    void negotiates() {
        negotiatedByUser |= expected.state == KvmState.IDLE;
    }

    /** Bytes that the transport took from the machine: they must be those of the frames that it could make. */
    void taken(byte[] bytes) {
        takenBytes += bytes.length;
        cutter.cut(bytes, frame -> compare(made.remove(), frame));
    }

    void judge(long nowNanos) {
        takeEnds();
        if (!expected.isBroken) {
            long total = takenBytes + side.takeable();
            Wrong.unless(
                    expected.state == KvmState.FAILED || total % Octets.LENGTH == 0, () -> "K made a broken frame");
            takeFrames((int) (total / Octets.LENGTH) - framesMade, nowNanos);
        } else {
            expected.answer = Optional.empty();
            Wrong.unlessSame(0, side.takeable(), () -> "bytes of K's to be sent after a write had failed");
        }
        Wrong.unlessSame(expected.state, side.state(), () -> "K's state");
        Wrong.unlessSame(expected.failure, side.failure().map(Failure::getClass), () -> "why K failed");
        Wrong.unless(side.nextDeadlineNanos() <= expected.nextDeadlineNanos(), () -> "K sleeps beyond a deadline");
        if (expected.state == KvmState.OPEN) {
            Wrong.unlessSame(expected.terms, side.terms(), () -> "what K agreed to");
        }
        Wrong.unlessSame(expected.awaitsBytes(), side.awaitsBytes(), () -> "whether K has to read");
        Wrong.unlessSame(
                expected.maySave(), side.objectionToRecord().isEmpty(), () -> "whether what K agreed to may be saved");
        judgeIdleness();
        long unwritten = (long) framesMade * Octets.LENGTH - expected.accesses.writtenBytes();
        Wrong.unless(unwritten <= UNWRITTEN_MAX + Octets.LENGTH, () -> "K holds " + unwritten + " bytes");
    }

    /** At the end of a world: every access has ended [FAI-001]. */
    void judgeEnd() {
        Wrong.unlessSame(KvmState.FAILED, side.state(), () -> "K's state after it was closed");
        Wrong.unlessSame(submitted.size(), ended, () -> "accesses that have ended");
    }

    private void takeEnds() {
        for (KvmAccess<Vcpu> next = side.pollEndedAccess(); next != null; next = side.pollEndedAccess()) {
            GuestAccess access = next.token().access;
            Wrong.unless(access.end == null, () -> access + " ended twice");
            access.end = AccessEnd.of(next);
            ended++;
            AccessEnd due = access.due;
            if (due instanceof AccessEnd.Done) {
                Wrong.unlessSame(due, access.end, () -> access + " ended");
            } else if (due != null) {
                Wrong.unlessSame(due.getClass(), access.end.getClass(), () -> access + " ended");
            } else {
                boolean refused = access.end instanceof AccessEnd.NotSent
                        && isSending()
                        && isForbidden(access)
                        && expected.accesses.waiting.remove(access);
                Wrong.unless(refused, () -> access + " ended as " + access.end + " and nothing was the matter with it");
            }
        }
        int open = expected.accesses.open();
        Wrong.unlessSame(submitted.size() - open, ended, () -> "accesses that have ended");
    }

    /** [V0-004, FEA-002, V1-002] */
    private boolean isForbidden(GuestAccess access) {
        boolean looksLikeHello = access.command.offset() == Octets.HELLO_OFFSET && expected.state != KvmState.OPEN;
        return looksLikeHello || !terms().knows(access.asked.op());
    }

    private Sending terms() {
        return Asked.terms(expected.terms);
    }

    /** Whether waiting accesses may have their turn. */
    private boolean isSending() {
        return switch (expected.state) {
            case HELLO_SENT, OFFERED, SELECT_SENT, FAILED -> false;
            case IDLE, LEGACY, OPEN -> true;
        };
    }

    private void takeFrames(int count, long nowNanos) {
        if (expected.answer.isPresent()) {
            Wrong.unlessSame(1, count, () -> "frames that K made for an OFFER");
            Frame answer = expected.answer.get();
            expected.answer = Optional.empty();
            make(answer, Optional.empty());
            if (expected.state == KvmState.OFFERED) {
                expected.selectMade(answer, nowNanos);
            }
            return;
        }
        if (expected.state == KvmState.FAILED) {
            return;
        }
        boolean hello = expected.state == KvmState.IDLE && side.state() == KvmState.HELLO_SENT;
        if (expected.state == KvmState.IDLE && side.state() == KvmState.LEGACY) {
            // [POL-001]
            Wrong.unless(!Asked.negotiates(expected.policy), () -> "K went to Legacy by itself");
            expected.state = KvmState.LEGACY;
        }
        for (int i = 0; i < count - (hello ? 1 : 0); i++) {
            takeCommand(nowNanos);
        }
        if (hello) {
            Wrong.unless(count > 0, () -> "K is in HelloSent and has made no HELLO");
            takeHello(nowNanos);
        }
    }

    private void takeCommand(long nowNanos) {
        GuestAccess access = next();
        // [KST-010]
        boolean early = expected.state == KvmState.IDLE
                && (expected.policy.hello() == HelloMode.DETACHED
                        || access.command.op() != org.ioregionfd.wire.Op.WRITE);
        // [HEL-003, SEL-005]
        Wrong.unless(isSending() && !early, () -> "K sent " + access + " in " + expected.state);
        Wrong.unless(!isForbidden(access), () -> "K sent " + access + " by terms " + expected.terms);
        Wrong.unless(
                hasRoomFor(access),
                () -> "K sent " + access + " with " + expected.accesses.outstanding.size() + " outstanding by terms "
                        + expected.terms);
        given(access, nowNanos);
        expected.accesses.given(access);
        make(access.asked.in(terms().dialect()), Optional.of(access));
    }

    private boolean hasRoomFor(GuestAccess access) {
        return terms().hasRoomFor(access.asked.op(), expected.accesses.outstanding.size());
    }

    private void takeHello(long nowNanos) {
        Wrong.unless(Asked.negotiates(expected.policy), () -> "K negotiates under a policy that does not");
        // [HEL-003]
        Wrong.unless(expected.accesses.outstanding.isEmpty(), () -> "K sent a HELLO while a response was outstanding");
        Dialect layout = Asked.layout(expected.policy.layout());
        if (!isDetached()) {
            GuestAccess read = next();
            // [HEL-007, POL-002, V0-004]
            Wrong.unless(
                    read.asked.op() == Op.READ
                            && expected.policy.hello() == HelloMode.ATTACHED
                            && read.command.offset() != Octets.HELLO_OFFSET,
                    () -> "K sent its HELLO on " + read);
            read.carriesHello = true;
            given(read, nowNanos);
            expected.accesses.given(read);
            Frame frame = Forge.attachedHello(layout, read.asked.access(), nonce);
            make(frame, Optional.of(read));
            expected.helloMade(frame, framesMade - 1, Optional.of(read));
        } else {
            // [HEL-005]
            Wrong.unlessSame(0, framesMade, () -> "frames that K sent before a detached HELLO");
            // [HEL-005] the region of the access after it, if there is one
            long region = negotiatedByUser
                    ? 0
                    : expected.accesses.waiting.element().command.region();
            Frame frame = Forge.attachedHello(layout, new Access(region, Octets.HELLO_OFFSET, 0), nonce);
            make(frame, Optional.empty());
            expected.helloMade(frame, 0, Optional.empty());
            // [KST-005]
            expected.handshakeDeadlineNanos = nowNanos + expected.policy.deadlineNanos();
        }
    }

    /** Whether the user negotiates, or the policy is to do so before the first access. */
    private boolean isDetached() {
        return negotiatedByUser || expected.policy.hello() == HelloMode.DETACHED;
    }

    private GuestAccess next() {
        Wrong.unless(!expected.accesses.waiting.isEmpty(), () -> "K made a frame that nobody asked for");
        return expected.accesses.waiting.remove();
    }

    private void given(GuestAccess access, long nowNanos) {
        access.givenNanos = nowNanos;
        access.frame = framesMade;
        access.turn = turns.size();
        turns.add(access);
    }

    private void make(Frame frame, Optional<GuestAccess> access) {
        made.add(new Made(frame, access));
        framesMade++;
    }

    /** Everything that may be sent is sent. */
    private void judgeIdleness() {
        boolean asked = negotiatedByUser || !expected.accesses.waiting.isEmpty();
        if (expected.isBroken || !asked) {
            return;
        }
        boolean room = (long) framesMade * Octets.LENGTH - expected.accesses.writtenBytes() < UNWRITTEN_MAX;
        boolean mayGo = isSending()
                && room
                && !expected.accesses.waiting.isEmpty()
                && hasRoomFor(expected.accesses.waiting.element());
        boolean mayAsk = expected.state == KvmState.IDLE && isDetached();
        Wrong.unless(!mayGo && !mayAsk, () -> "K is idle while an access waits");
    }

    private void compare(Made sent, byte[] bytes) {
        Frame seen = new Frame(sent.frame().shape(), bytes);
        Frame wanted = sent.frame();
        if (wanted.shape().equals(Dialect.TAGGED.command())) {
            GuestAccess access = sent.access().orElseThrow();
            int tag = (int) seen.get("tag");
            // [V2-001, V2-002]; [FAI-003] then a doubled or late response matches no access
            Wrong.unless(access.wantsResponse() == (tag != 0), () -> "K sent " + access + " with tag " + tag);
            Wrong.unless(tag == 0 || tags.add(tag), () -> "K used the tag " + Integer.toHexString(tag) + " again");
            access.tag = tag;
            wanted = Dialect.tagged(wanted, seen.get("tag"));
        }
        if (!wanted.equals(seen)) {
            throw new Wrong("K sent " + Octets.hex(bytes) + ", expected " + Octets.hex(wanted.bytes()));
        }
    }
}
