// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.checks.arbitraries.Replies.Reply;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.Options;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sending;

/**
 * A channel from its {@code connect} on, with a user who asks for anything at any time. It works out when K sends what, when
 * each request ends, and what the driver tells of its channel. What ends the channel is {@link StoryEnd}'s.
 */
final class Story {
    /** Where K is. */
    enum State {
        IDLE,
        HELLO_SENT,
        OFFERED,
        SELECT_SENT,
        OPEN,
        LEGACY;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Where K sends commands. */
    private static final Set<State> SENDING = EnumSet.of(State.IDLE, State.OPEN, State.LEGACY);

    final KvmPeer kvm;
    final Options options;
    final Reply reply;
    final Conversation wire;
    final Ticket connect;

    /** Requests whose turn has not come, in their order. */
    final Deque<StoryRequest> waiting = new ArrayDeque<>();

    /** An access of several commands, the next of which is to be sent; not more than one. */
    final Deque<StoryRequest> begun = new ArrayDeque<>();

    final List<Sent> outstanding = new ArrayList<>();

    private final StoryFrames frames;
    private final StoryUser user;
    private State state;
    private Sending sending;
    private boolean isConnected;
    private boolean isFresh = true;

    /** K need not have read the ACCEPT yet: it has shown nothing since. */
    private boolean mayLag;

    private Optional<Choice> choice = Optional.empty();

    /** A command that was sent and is not answered. */
    record Sent(StoryRequest asked, Command command, Frame frame) {}

    /** Connects with these options, which K must take, to a device that answers so. */
    Story(KvmPeer kvm, Options options, Reply reply) {
        this.kvm = kvm;
        this.options = options;
        this.reply = reply;
        Ticket odd = kvm.ask(Request.read(KvmSession.MEMORY).with("size", 3));
        this.sending = Sending.version0(options.dialect());
        Channel channel = kvm.connect(ConnectRequests.of(options));
        this.wire = channel.wire();
        this.connect = channel.connect();
        this.frames = new StoryFrames(wire, options);
        this.user = new StoryUser(this, odd);
        this.state = State.IDLE;
        if (options.isDetached()) {
            Violation.breaking("HEL-005", frames::takeHello);
            helloSent();
        } else {
            requireChannel(kvm.expectDone(connect));
            isConnected = true;
        }
    }

    State state() {
        return state;
    }

    /** Whether K sends commands. */
    boolean isSending() {
        return SENDING.contains(state);
    }

    /** Whether K has sent nothing. */
    boolean isFresh() {
        return isFresh;
    }

    Sending sending() {
        return sending;
    }

    /** The frames of K so far. */
    StoryFrames frames() {
        return frames;
    }

    /** Whether the {@code connect} was answered. */
    boolean isConnected() {
        return isConnected;
    }

    /** Plays {@code script}, and this end of the channel if it lives until then; {@code data} draws what else there is to choose. */
    void play(List<Step> script, StoryEnd.End end, long data) {
        if (play(script)) {
            new StoryEnd(this).play(end, data);
        }
    }

    /** Plays as much of {@code script} as K lives. False if K has ended the channel, as it must. */
    boolean play(List<Step> script) {
        for (Step step : script) {
            if (!play(step)) {
                return false;
            }
        }
        return true;
    }

    private boolean play(Step step) {
        boolean lives = true;
        switch (step.kind()) {
            case READ -> user.ask(Op.READ, step);
            case WRITE -> user.ask(Op.WRITE, step);
            case POST -> user.ask(Op.POSTED, step);
            case FENCE -> user.ask(Op.FENCE, step);
            case ANSWER, FAIL, ANSWER_ALL -> lives = new StoryDevice(this).answer(step);
        }
        if (lives) {
            settle();
        }
        return lives;
    }

    /** Takes all that K sends now, and the end of each request that ends without a frame. */
    private void settle() {
        while (endsUnsent() || sendsOne()) {
            // Each makes room for the next.
        }
    }

    private boolean endsUnsent() {
        if (waiting.isEmpty() || !isSending()) {
            return false;
        }
        StoryRequest head = waiting.element();
        boolean isUnknown = !sending.knows(head.next().op());
        boolean isKept = state != State.OPEN && head.isAtHelloOffset() && outstanding.isEmpty();
        if (isUnknown || isKept) {
            waiting.remove();
            requireNotSent(head.ticket(), isUnknown ? "DRV-007" : "V0-004");
        }
        return isUnknown || isKept;
    }

    /** Requires {@code ticket} to end unsent; another end breaks {@code clause}. */
    void requireNotSent(Ticket ticket, String clause) {
        requireChannel(Violation.breaking(clause, () -> kvm.expectError(ticket, "not-sent")));
    }

    private boolean sendsOne() {
        if (!isInUse()) {
            return false;
        }
        StoryRequest next = begun.isEmpty() ? waiting.element() : begun.element();
        if (state == State.OFFERED) {
            takeSelect();
            return true;
        }
        boolean isSent = isSending()
                && sending.hasRoomFor(next.next().op(), outstanding.size())
                && (state == State.OPEN || !next.isAtHelloOffset());
        if (isSent) {
            takeCommand(next);
        }
        return isSent;
    }

    private void takeCommand(StoryRequest asked) {
        Command command = asked.next();
        boolean isBeforeHello = state == State.IDLE && !options.isWithoutHello();
        Violation.breaking(isBeforeHello ? "HEL-007" : commandClause(), () -> {
            boolean isHello = isBeforeHello && command.op() == Op.READ;
            Frame seen =
                    isHello ? frames.takeHello(command) : frames.takeCommand(command, sending.dialect(), outstanding);
            if (isHello) {
                helloSent();
            }
            sent(asked, seen);
            return seen;
        });
    }

    private String commandClause() {
        return sending.dialect() == Dialect.TAGGED ? "V2-001" : isVersion(1) ? "V1-001" : "V0-001";
    }

    private void sent(StoryRequest asked, Frame frame) {
        isFresh = false;
        mayLag = false;
        waiting.remove(asked);
        begun.remove(asked);
        Command command = asked.next();
        asked.sent();
        if (state == State.IDLE && options.isWithoutHello()) {
            state = State.LEGACY;
        }
        if (command.isAnswered()) {
            outstanding.add(new Sent(asked, command, frame));
        } else if (asked.isOver()) {
            requireChannel(asked.expectEnd(kvm, sending.dialect()));
        } else {
            begun.add(asked);
        }
    }

    private void helloSent() {
        isFresh = false;
        state = State.HELLO_SENT;
    }

    /** The device's OFFER, and what K makes of it. */
    OfferOracle.Verdict offered(Frame frame) {
        frames.offered(frame);
        OfferOracle.Verdict verdict = OfferOracle.of(options.setup(), reply.offer());
        choice = verdict.choice();
        if (choice.isPresent()) {
            state = State.OFFERED;
        }
        return verdict;
    }

    /** Requires the SELECT that is due. */
    void takeSelect() {
        frames.takeSelect(choice.orElseThrow());
        state = State.SELECT_SENT;
    }

    /** K gets the ACCEPT. */
    void opened() {
        Choice agreed = choice.orElseThrow();
        state = State.OPEN;
        // otherwise the answer of the connect says that K has read it
        mayLag = isConnected;
        sending = agreed.version() == 0
                ? sending
                : Sending.agreed(agreed.version(), agreed.features(), agreed.maxInflight());
    }

    /** K has got an answer to its HELLO that bears no marker. */
    void stepsDown() {
        state = State.LEGACY;
    }

    /** Requires the answer to the {@code connect} of a detached handshake. */
    void connected() {
        if (!isConnected) {
            requireChannel(kvm.expectDone(connect));
            isConnected = true;
        }
    }

    /** The {@code connect} was answered. */
    void setConnected() {
        isConnected = true;
    }

    boolean isVersion(int version) {
        return state == State.OPEN && choice.orElseThrow().version() == version;
    }

    /** Takes the response of {@code sent} into account, and requires the end of its access if that is over. */
    Optional<Answer> takeResponse(Sent sent, long data, String status) {
        StoryRequest asked = sent.asked();
        outstanding.remove(sent);
        asked.answered(sent.command(), data, status);
        if (asked.isOver()) {
            return Optional.of(asked.expectEnd(kvm, sending.dialect()));
        }
        begun.add(asked);
        return Optional.empty();
    }

    /** The same for the READ that carried the HELLO, if one did. */
    Optional<Answer> takeValue() {
        return outstanding.isEmpty() ? Optional.empty() : takeResponse(outstanding.get(0), reply.value(), "ok");
    }

    /** Whether a request waits for its turn, or for that of its next command. */
    boolean isInUse() {
        return !waiting.isEmpty() || !begun.isEmpty();
    }

    /** Requires what the driver tells of its channel; K may have gone on to what waits. DRV-006 */
    Answer requireChannel(Answer answer) {
        if (mayLag && answer.state().equals(State.SELECT_SENT.label())) {
            // an access that is refused at once does not wait for the ACCEPT
            return answer;
        }
        mayLag = false;
        State next = switch (state) {
            case IDLE -> options.isWithoutHello() ? State.LEGACY : State.HELLO_SENT;
            case OFFERED -> State.SELECT_SENT;
            default -> state;
        };
        boolean isNext = (isInUse() || state == State.OFFERED) && answer.state().equals(next.label());
        if (!answer.state().equals(state.label()) && !isNext) {
            throw KvmPeer.wrong("the channel in state " + state.label(), answer).breaking("DRV-006");
        }
        return Violation.breaking("DRV-006", () -> {
            if (state == State.OPEN) {
                Choice agreed = choice.orElseThrow();
                List<String> features = Registry.known().featureNames(agreed.features());
                KvmSession.expectOpen(answer, agreed.version(), features, agreed.maxInflight());
            }
            if (state == State.OPEN || state == State.LEGACY) {
                DriverRequestChecks.requireLayout(options.dialect().label(), answer);
            }
            return answer;
        });
    }
}
