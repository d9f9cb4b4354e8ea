// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.List;
import org.ioregionfd.conformance.checks.kvm.Story.State;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.Registry;

/** How K ends the channel of a {@link Story}: in each state its last frame, the close, and the end of every request. */
final class StoryClosing {
    /** How long a K that incoming bytes wake may take before it is used again. One that looks before it sends needs no time. */
    private static final Duration A_MOMENT = Duration.ofMillis(50);

    private static final List<String> NOT_SENT = List.of("not-sent");
    private static final List<String> MAYBE_EXECUTED = List.of("maybe-executed");
    private static final List<String> EITHER = List.of("not-sent", "maybe-executed");

    private final Story story;
    private final KvmPeer kvm;
    private final Conversation wire;

    /** Nothing that K sends can be seen. */
    private boolean isDeaf;

    StoryClosing(Story story) {
        this.story = story;
        this.kvm = story.kvm;
        this.wire = story.wire;
    }

    /** The user closes the channel. */
    void userCloses() {
        Ticket close = kvm.ask(Request.of("close"));
        Violation.breaking(story.state() == State.OFFERED ? "ABT-004" : "ABT-001", () -> {
            if (story.state() == State.OFFERED) {
                KvmSession.expectAbort(wire, "POLICY", 0);
            }
            wire.expectClosed();
            return close;
        });
        KvmSession.expectState(kvm.expectDone(close), "closed");
        expectEnds("closed", NOT_SENT);
        expectNothingMore("closed");
    }

    /** The device closes the channel, so that nothing that K sends can be seen. */
    void deviceCloses() {
        isDeaf = true;
        wire.close();
        fails("FAI-001");
    }

    /** Requires that K closes at once and without a frame. */
    Story failsAtOnce() {
        if (!isDeaf) {
            wire.expectClosed();
        }
        expectEnds("failed", NOT_SENT);
        expectNothingMore("failed");
        return story;
    }

    /** Requires this ABORT. */
    void aborts(OfferOracle.Verdict verdict) {
        Violation.breaking("KST-007", story::takeValue)
                .ifPresent(answer -> Violation.breaking("DRV-006", () -> KvmSession.expectState(answer, "failed")));
        String clause = switch (verdict.reason()) {
            case "BAD_WINDOW" -> "OFR-012";
            case "NO_COMMON_VERSION" -> "SEL-001";
            case "REQUIRED_FEATURE_MISSING" -> "SEL-004";
            default -> "REC-002";
        };
        Violation.breaking(clause, () -> KvmSession.expectAbort(wire, verdict.reason(), verdict.detail()));
        Violation.breaking("ABT-002", this::failsAtOnce);
    }

    /** Requires that K fails the channel on what it waits for, or at the latest when it is used. */
    void fails(String clause) {
        Violation.breaking(clause, () -> isAwaited() ? failsAtOnce() : failsByTheNextUse());
    }

    /** The same on bytes that answer nothing. */
    void failsOnBytes(String clause) {
        boolean isTagged = story.sending().dialect() == Dialect.TAGGED;
        Violation.breaking(clause, () -> isTagged ? failsByTheNextUse() : failsBeforeItSends());
    }

    /** Whether K waits for something that the device sends. */
    boolean isAwaited() {
        return story.state() == State.HELLO_SENT || story.state() == State.SELECT_SENT || !story.outstanding.isEmpty();
    }

    /** Requires that K fails the channel before it sends the next frame; where a request waits already, it may be late. */
    Story failsBeforeItSends() {
        if (story.isInUse()) {
            return failsByTheNextUse();
        }
        wire.hasNewsWithin(A_MOMENT);
        use();
        return failsAtOnce();
    }

    private Story failsByTheNextUse() {
        if (!story.isInUse()) {
            use();
        }
        boolean hasSent = isDeaf;
        while (!isDeaf && wire.take(Registry.FRAME_LENGTH).length == Registry.FRAME_LENGTH) {
            hasSent = true;
        }
        if (!isDeaf && !wire.hasEnded()) {
            throw wire.violation("the channel closed", "it is open");
        }
        expectEnds("failed", hasSent ? EITHER : NOT_SENT);
        expectNothingMore("failed");
        return story;
    }

    private void use() {
        story.waiting.add(new StoryRequest(kvm.ask(Request.read(KvmSession.MEMORY)), StoryEnd.USE, Op.READ));
    }

    /** Every request ends, and a {@code connect} too; what waited for its turn with one of {@code words}. */
    private void expectEnds(String state, List<String> words) {
        if (!story.isConnected()) {
            expectEnd(story.connect, List.of("negotiation"), state);
        }
        story.outstanding.forEach(sent -> expectEnd(sent.asked().ticket(), MAYBE_EXECUTED, state));
        story.begun.forEach(asked -> expectEnd(asked.ticket(), MAYBE_EXECUTED, state));
        for (StoryRequest asked : story.waiting) {
            // A K may refuse an access that it will never send before its turn.
            boolean isForbidden = asked.isAtHelloOffset()
                    || !story.sending().knows(asked.next().op());
            expectEnd(asked.ticket(), words, isForbidden ? "" : state);
        }
    }

    private void expectEnd(Ticket ticket, List<String> words, String state) {
        Answer answer = kvm.await(ticket);
        if (!answer.status().equals("error") || !words.contains(answer.error())) {
            throw KvmPeer.wrong(ticket.op() + " to end with error " + String.join(" or ", words), answer)
                    .breaking("FAI-001");
        }
        // [DRV-006] a close has two states one after the other
        if (state.equals("failed")) {
            Violation.breaking("DRV-006", () -> KvmSession.expectState(answer, state));
        }
    }

    /** Requires that K has ended for good, and that the next {@code connect} finds no channel. */
    private void expectNothingMore(String state) {
        List<Ticket> late = List.of(
                kvm.ask(Request.read(KvmSession.MEMORY)),
                kvm.ask(Request.posted(KvmSession.MEMORY, 1)),
                kvm.ask(Request.of("fence")));
        for (Ticket ticket : late) {
            Answer answer = Violation.breaking("DRV-003", () -> kvm.expectError(ticket, "not-sent"));
            Violation.breaking("DRV-006", () -> KvmSession.expectState(answer, state));
        }
        Answer closed = kvm.expectDone(kvm.ask(Request.of("close")));
        Violation.breaking("DRV-006", () -> KvmSession.expectState(closed, "closed"));
        wire.close();
    }
}
