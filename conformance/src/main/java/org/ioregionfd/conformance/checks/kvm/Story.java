// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.ioregionfd.conformance.checks.arbitraries.Replies.Reply;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Kind;
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
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Lengths;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.Options;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sending;

/**
 * A channel from its {@code connect} on, with a user who asks for anything at any time. It works out each frame that K sends,
 * byte by byte, how each request ends, and what the driver tells of its channel. What ends the channel is {@link StoryEnd}'s.
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

    private static final Registry KNOWN = Registry.known();
    private static final long HELLO_OFFSET = KNOWN.helloOffset();

    /** In byte 1 of a READ in the byte-fields layout. */
    private static final int RESP = 0x10;

    /** Where K sends commands. */
    private static final Set<State> SENDING = EnumSet.of(State.IDLE, State.OPEN, State.LEGACY);

    final KvmPeer kvm;
    final Options options;
    final Reply reply;
    final Conversation wire;
    final Ticket connect;

    /** Requests whose turn has not come, in their order. */
    final Deque<Asked> waiting = new ArrayDeque<>();

    /** An access of several commands, the next of which is to be sent; not more than one. */
    final Deque<Asked> begun = new ArrayDeque<>();

    final List<Sent> outstanding = new ArrayList<>();

    private State state;
    private Sending sending;
    private final boolean knowsEverySize;
    private boolean isConnected;
    private boolean isFresh = true;
    private OptionalLong resp = OptionalLong.empty();
    private Optional<Choice> choice = Optional.empty();
    private Frame hello = Forge.blank("HELLO");
    private Frame offer = Forge.blank("OFFER");
    private Frame select = Forge.blank("SELECT");

    /** A command that was sent and is not answered. */
    record Sent(Asked asked, Command command, Frame frame) {}

    /** A request, and how far it has come. */
    static final class Asked {
        private final Ticket ticket;
        private final Step step;
        private final Deque<Command> left = new ArrayDeque<>();
        private long value;
        private String access = "ok";

        Asked(Ticket ticket, Step step, Op op) {
            this.ticket = ticket;
            this.step = step;
            if (op == Op.FENCE) {
                left.add(new Command(op, step.access(), 0));
            } else {
                Lengths.commands(step.access(), step.size())
                        .forEach(command ->
                                left.add(new Command(op, command, Lengths.part(step.data(), step.access(), command))));
            }
        }

        Ticket ticket() {
            return ticket;
        }

        Command next() {
            return left.element();
        }

        boolean isOver() {
            return left.isEmpty();
        }

        boolean isAtHelloOffset() {
            return next().op() != Op.FENCE && next().access().offset() == HELLO_OFFSET;
        }
    }

    /** Connects with these options, which K must take, to a device that answers so. */
    Story(KvmPeer kvm, Options options, Reply reply) {
        this.kvm = kvm;
        this.options = options;
        this.reply = reply;
        // Whether the driver can be asked for an access of 3, 5, 6 or 7 bytes.
        Ticket odd = kvm.ask(Request.read(KvmSession.MEMORY).with("size", 3));
        this.sending = Sending.version0(options.dialect());
        Channel channel = kvm.connect(ConnectRequests.of(options));
        this.wire = channel.wire();
        this.connect = channel.connect();
        this.knowsEverySize = kvm.isSupported(odd);
        this.state = State.IDLE;
        if (options.isDetached()) {
            takeHello(Forge.detachedHello(options.dialect(), 0));
        } else {
            requireChannel(kvm.expectDone(connect));
            isConnected = true;
        }
    }

    State state() {
        return state;
    }

    /** Whether K has sent nothing. */
    boolean isFresh() {
        return isFresh;
    }

    Sending sending() {
        return sending;
    }

    Frame hello() {
        return hello;
    }

    /** Whether the {@code connect} was answered. */
    boolean isConnected() {
        return isConnected;
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
            case READ -> ask(Op.READ, step);
            case WRITE -> ask(Op.WRITE, step);
            case POST -> ask(Op.POSTED, step);
            case FENCE -> ask(Op.FENCE, step);
            case ANSWER, FAIL, ANSWER_ALL -> lives = new StoryDevice(this).answer(step);
        }
        if (lives) {
            settle();
        }
        return lives;
    }

    private void ask(Op op, Step asked) {
        if (!hasNoParts()) {
            // Whether a request behind the parts of another one waits for these is left open.
            return;
        }
        Step step = isAskable(asked) ? asked : plain(asked);
        Request request = switch (op) {
            case READ -> Request.read(step.access());
            case WRITE -> Request.write(step.access(), step.data());
            case POSTED -> Request.posted(step.access(), step.data());
            case FENCE -> Request.of("fence");
        };
        Request sized = op == Op.FENCE ? request : request.with("size", step.size());
        if (op != Op.FENCE && isBeyond(step)) {
            // [LEN-005] before its first command, which has room
            requireChannel(expectNotSent(kvm.ask(sized), "LEN-005"));
            return;
        }
        waiting.add(new Asked(kvm.ask(sized), step, op));
    }

    private static Step plain(Step step) {
        return new Step(step.kind(), step.access().withOffset(step.access().offset() >>> 2), 4, step.data());
    }

    private static boolean isBeyond(Step step) {
        return !Lengths.isOneCommand(step.size()) && Lengths.isBeyond(step.access(), step.size());
    }

    /** Not where the document leaves open when an access is refused. */
    private boolean isAskable(Step step) {
        if (step.kind() == Kind.FENCE || Lengths.isOneCommand(step.size())) {
            return true;
        }
        boolean isAtRest = waiting.isEmpty() && outstanding.isEmpty() && SENDING.contains(state);
        return knowsEverySize && (isAtRest || !isBeyond(step));
    }

    private boolean hasNoParts() {
        return begun.isEmpty()
                && outstanding.stream().allMatch(sent -> sent.asked().isOver())
                && waiting.stream().allMatch(asked -> asked.left.size() == 1);
    }

    /** Takes all that K sends now, and the end of each request that ends without a frame. */
    void settle() {
        while (endsUnsent() || sendsOne()) {
            // Each makes room for the next.
        }
    }

    private boolean endsUnsent() {
        if (waiting.isEmpty() || !SENDING.contains(state)) {
            return false;
        }
        Asked head = waiting.element();
        boolean isUnknown = !sending.knows(head.next().op());
        boolean isKept = state != State.OPEN && head.isAtHelloOffset() && outstanding.isEmpty();
        if (isUnknown || isKept) {
            waiting.remove();
            requireChannel(expectNotSent(head.ticket, isUnknown ? "DRV-007" : "V0-004"));
        }
        return isUnknown || isKept;
    }

    private Answer expectNotSent(Ticket ticket, String clause) {
        return Violation.breaking(clause, () -> kvm.expectError(ticket, "not-sent"));
    }

    private boolean sendsOne() {
        if (waiting.isEmpty() && begun.isEmpty()) {
            return false;
        }
        Asked next = begun.isEmpty() ? waiting.element() : begun.element();
        if (state == State.OFFERED) {
            takeSelect();
            return true;
        }
        boolean isSent = SENDING.contains(state)
                && sending.hasRoomFor(next.next().op(), outstanding.size())
                && (state == State.OPEN || !next.isAtHelloOffset());
        if (isSent) {
            takeCommand(next);
        }
        return isSent;
    }

    private void takeCommand(Asked next) {
        String clause = state == State.IDLE && !options.isWithoutHello() ? "HEL-007" : commandClause();
        Violation.breaking(clause, () -> {
            Frame seen = wire.next("of a command", sending.dialect().command());
            Frame wanted = wanted(next.next(), seen);
            if (!wanted.equals(seen)) {
                throw wire.violation("the command\n" + wanted, "\n" + seen);
            }
            takeResp(seen, next.next());
            sent(next, seen);
            return seen;
        });
    }

    private String commandClause() {
        return sending.dialect() == Dialect.TAGGED ? "V2-001" : isVersion(1) ? "V1-001" : "V0-001";
    }

    /** What K sends for {@code command}, with what K chooses as in {@code seen}. */
    private Frame wanted(Command command, Frame seen) {
        Dialect dialect = sending.dialect();
        if (command.op() == Op.READ && state == State.IDLE && !options.isWithoutHello()) {
            boolean isHello = seen.shape().name().equals("HELLO");
            return withChoice(
                    Forge.attachedHello(dialect, command.access(), nonce(isHello ? seen.get("nonce") : 0)), seen);
        }
        Frame wanted = command.in(dialect);
        return dialect == Dialect.TAGGED && command.isAnswered() && isFree(seen.get("tag"))
                ? Dialect.tagged(wanted, seen.get("tag"))
                : command.op() == Op.READ ? withChoice(wanted, seen) : wanted;
    }

    /** [V0-001] with resp of a READ in the byte-fields layout as K chooses it */
    private Frame withChoice(Frame wanted, Frame seen) {
        return sending.dialect() == Dialect.BYTE_FIELDS && (seen.at(1) & ~RESP) == (wanted.at(1) & ~RESP)
                ? Forge.withByte(wanted, 1, seen.at(1))
                : wanted;
    }

    /** [V0-001] resp alike on all READs, the HELLO among them */
    private void takeResp(Frame seen, Command command) {
        if (sending.dialect() == Dialect.BYTE_FIELDS && command.op() == Op.READ) {
            long seenResp = seen.at(1) & RESP;
            wire.require("resp of a READ (as before)", resp.orElse(seenResp), seenResp);
            resp = OptionalLong.of(seenResp);
        }
    }

    private long nonce(long seen) {
        return options.nonce() < 0 ? seen : options.nonce();
    }

    private boolean isFree(long tag) {
        return tag != 0 && outstanding.stream().noneMatch(sent -> sent.frame().get("tag") == tag);
    }

    private void sent(Asked asked, Frame frame) {
        isFresh = false;
        waiting.remove(asked);
        begun.remove(asked);
        Command command = asked.left.remove();
        if (frame.shape().name().equals("HELLO")) {
            hello = frame;
            state = State.HELLO_SENT;
        } else if (state == State.IDLE && options.isWithoutHello()) {
            state = State.LEGACY;
        }
        if (command.isAnswered()) {
            outstanding.add(new Sent(asked, command, frame));
        } else if (asked.isOver()) {
            requireMembers(requireChannel(kvm.expectDone(asked.ticket)), false, false);
        } else {
            begun.add(asked);
        }
    }

    private void takeHello(Frame wanted) {
        Violation.breaking("HEL-005", () -> {
            Frame seen = wire.expect("HELLO");
            // Any region may be named.
            Frame named = wanted.with("user_data", seen.get("user_data")).with("nonce", nonce(seen.get("nonce")));
            if (!withChoice(named, seen).equals(seen)) {
                throw wire.violation("the HELLO\n" + named, "\n" + seen);
            }
            takeResp(seen, new Command(Op.READ, KvmSession.MEMORY, 0));
            isFresh = false;
            hello = seen;
            state = State.HELLO_SENT;
            return seen;
        });
    }

    /** The device's OFFER, and what K makes of it. */
    OfferOracle.Verdict offered(Frame frame) {
        offer = frame;
        OfferOracle.Verdict verdict = OfferOracle.of(options.setup(), reply.offer());
        choice = verdict.choice();
        if (choice.isPresent()) {
            state = State.OFFERED;
        }
        return verdict;
    }

    /** Requires the SELECT that is due. */
    void takeSelect() {
        Violation.breaking("SEL-001", () -> {
            select = wire.expect("SELECT");
            wire.require("version", choice.orElseThrow().version(), select.get("version"));
            return select;
        });
        Choice wanted = choice.orElseThrow();
        Violation.breaking("SEL-002", () -> require("features", wanted.features()));
        Violation.breaking("SEL-003", () -> require("max_inflight", wanted.maxInflight()));
        Violation.breaking(
                "DIG-001",
                () -> require("digest", Forge.sealed(hello, offer, select).get("digest")));
        state = State.SELECT_SENT;
    }

    private Frame require(String field, long wanted) {
        wire.require(field, wanted, select.get(field));
        return select;
    }

    /** The ACCEPT of K's SELECT. */
    Frame accept() {
        return Forge.accept(hello, offer, select);
    }

    /** K has got the ACCEPT. */
    void opened() {
        Choice agreed = choice.orElseThrow();
        state = State.OPEN;
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

    /** Takes the response of {@code sent} into account. True if its access is over. */
    boolean takeResponse(Sent sent, long data, String status) {
        Asked asked = sent.asked();
        outstanding.remove(sent);
        if (sent.command().op() == Op.READ) {
            int place = Byte.SIZE
                    * (int) (sent.command().access().offset()
                            - asked.step.access().offset());
            asked.value |= sent.command().access().cut(data) << place;
        }
        // [LEN-003] the first that is not OK
        asked.access = asked.access.equals("ok") ? status : asked.access;
        if (!asked.isOver()) {
            begun.add(asked);
        }
        return asked.isOver();
    }

    /** Requires the end of an access that is over. */
    Answer expectEnd(Sent sent) {
        Asked asked = sent.asked();
        boolean isRead = sent.command().op() == Op.READ;
        boolean isTold = sending.dialect() == Dialect.TAGGED;
        Answer answer = isRead ? kvm.expectValue(asked.ticket, asked.value) : kvm.expectDone(asked.ticket);
        requireMembers(answer, isRead, isTold);
        if (isTold && !answer.access().orElse("").equals(asked.access)) {
            throw KvmPeer.wrong("access " + asked.access, answer).breaking("V2-006");
        }
        return answer;
    }

    private static void requireMembers(Answer answer, boolean isRead, boolean isTold) {
        if (answer.member("value").isPresent() != isRead || answer.access().isPresent() != isTold) {
            throw KvmPeer.wrong((isRead ? "a" : "no") + " value and " + (isTold ? "an" : "no") + " access", answer)
                    .breaking("DRV-007");
        }
    }

    /** Requires what the driver tells of its channel; K may have gone on to what waits. DRV-006 */
    Answer requireChannel(Answer answer) {
        boolean mayGoOn = !waiting.isEmpty() || !begun.isEmpty();
        State next = switch (state) {
            case IDLE -> options.isWithoutHello() ? State.LEGACY : State.HELLO_SENT;
            case OFFERED -> State.SELECT_SENT;
            default -> state;
        };
        boolean isNext = (mayGoOn || state == State.OFFERED) && answer.state().equals(next.label());
        if (!answer.state().equals(state.label()) && !isNext) {
            throw KvmPeer.wrong("the channel in state " + state.label(), answer).breaking("DRV-006");
        }
        return Violation.breaking("DRV-006", () -> {
            if (state == State.OPEN) {
                Choice agreed = choice.orElseThrow();
                KvmSession.expectOpen(
                        answer, agreed.version(), KNOWN.featureNames(agreed.features()), agreed.maxInflight());
            }
            if (state == State.OPEN || state == State.LEGACY) {
                DriverRequestChecks.requireLayout(options.dialect().label(), answer);
            }
            return answer;
        });
    }
}
