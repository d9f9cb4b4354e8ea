// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.checks.kvm.Story.Asked;
import org.ioregionfd.conformance.checks.kvm.Story.Sent;
import org.ioregionfd.conformance.checks.kvm.Story.State;
import org.ioregionfd.conformance.checks.kvm.StoryDevice.Response;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Setup.Hello;

/** The end of the channel of a {@link Story}, in each state: how K ends it, and every request. */
final class StoryEnd {
    /** How a channel ends. */
    enum End {
        /** The device ends its stream, and reads on. */
        DEVICE_ENDS,
        DEVICE_CLOSES,
        USER_CLOSES,
        /** The device ends its stream within a frame. */
        FRAGMENT,
        /** The device sends a frame that answers nothing, or answers wrongly. */
        WRONG,
        /** Bytes that answer nothing come with a right answer, in one write. */
        BEHIND
    }

    /** How long a K that incoming bytes wake may take before it is used again. One that looks before it sends needs no time. */
    private static final Duration A_MOMENT = Duration.ofMillis(50);

    private static final long UNUSED_TAG = 0xfeed_beefL;

    /** More than a frame. */
    private static final int BEHIND_MAX = 40;

    private static final int KIND_OF_OFFER = Registry.standard().code("kinds", "OFFER");

    private final Story story;
    private final KvmPeer kvm;
    private final Conversation wire;

    /** Nothing that K sends can be seen. */
    private boolean isDeaf;

    StoryEnd(Story story) {
        this.story = story;
        this.kvm = story.kvm;
        this.wire = story.wire;
    }

    /** Ends the channel; {@code data} draws what else there is to choose. */
    void play(End end, long data) {
        // K has all requests by now: it could have sent a command too early.
        kvm.awaitRead();
        if ((end == End.WRONG || end == End.FRAGMENT) && !isAwaited() && !isLooking()) {
            // What comes when K waits for nothing is another check's: it has to be slow.
            story.play(List.of(new Step(Kind.READ, KvmSession.MEMORY, 4, 0)));
        }
        switch (end) {
            case USER_CLOSES -> userCloses();
            case DEVICE_ENDS -> {
                wire.finish();
                fails("FAI-001");
            }
            case DEVICE_CLOSES -> {
                isDeaf = true;
                wire.close();
                fails("FAI-001");
            }
            case FRAGMENT -> {
                wire.sendBytes(Arrays.copyOf(rightAnswer(data).bytes(), number(data, 1, Registry.FRAME_LENGTH - 1)));
                wire.finish();
                if (isAwaited()) {
                    fails("CHN-004");
                } else {
                    failsOnBytes(clauseOfNothing());
                }
            }
            case WRONG -> wrong(data);
            case BEHIND -> behind(data);
        }
    }

    private static int number(long data, int least, int many) {
        return least + (int) Long.remainderUnsigned(data, many);
    }

    private boolean isTagged() {
        return story.sending().dialect() == Dialect.TAGGED;
    }

    private void userCloses() {
        Ticket close = kvm.ask(Request.of("close"));
        Violation.breaking(story.state() == State.OFFERED ? "ABT-004" : "ABT-001", () -> {
            if (story.state() == State.OFFERED) {
                Frame abort = wire.expect("ABORT");
                wire.require("reason (POLICY)", Registry.standard().code("reasons", "POLICY"), abort.get("reason"));
                wire.require("detail (ABORT POLICY)", 0, abort.get("detail"));
            }
            wire.expectClosed();
            return close;
        });
        KvmSession.expectState(kvm.expectDone(close), "closed");
        expectEnds("closed", false);
        expectNothingMore("closed");
    }

    /** Requires that K closes at once and without a frame. */
    Story failsAtOnce() {
        if (!isDeaf) {
            wire.expectClosed();
        }
        expectEnds("failed", false);
        expectNothingMore("failed");
        return story;
    }

    /** Requires this ABORT. */
    void aborts(OfferOracle.Verdict verdict) {
        if (!story.outstanding.isEmpty()) {
            Sent carried = story.outstanding.get(0);
            if (story.takeResponse(carried, story.reply.value(), "ok")) {
                Answer answer = Violation.breaking("KST-007", () -> story.expectEnd(carried));
                Violation.breaking("DRV-006", () -> {
                    KvmSession.expectState(answer, "failed");
                    return answer;
                });
            }
        }
        String clause = switch (verdict.reason()) {
            case "BAD_WINDOW" -> "OFR-012";
            case "NO_COMMON_VERSION" -> "SEL-001";
            case "REQUIRED_FEATURE_MISSING" -> "SEL-004";
            default -> "REC-002";
        };
        Violation.breaking(clause, () -> {
            Frame abort = wire.expect("ABORT");
            long reason = Registry.known().code("reasons", verdict.reason());
            wire.require("reason (" + verdict.reason() + ")", reason, abort.get("reason"));
            wire.require("detail (ABORT " + verdict.reason() + ")", verdict.detail(), abort.get("detail"));
            return abort;
        });
        Violation.breaking("ABT-002", this::failsAtOnce);
    }

    /** Requires that K fails the channel on what it waits for, or at the latest when it is used. */
    private void fails(String clause) {
        Violation.breaking(clause, () -> isAwaited() ? failsAtOnce() : failsByTheNextUse(false));
    }

    /** Whether K must look for bytes before it sends the next frame. KST-001, KST-009 */
    private boolean isLooking() {
        return story.isFresh() || story.state() == State.OFFERED;
    }

    private boolean isAwaited() {
        return story.state() == State.HELLO_SENT || story.state() == State.SELECT_SENT || !story.outstanding.isEmpty();
    }

    /** What answers nothing, and comes when K waits for nothing. */
    private void failsOnBytes(String clause) {
        Violation.breaking(clause, () -> failsByTheNextUse(!isTagged()));
    }

    /**
     * Requires that K fails the channel, though it was not waiting for anything.
     *
     * @param isLookedFor whether K has to notice before it sends the next frame; where a request waits already, it may be late
     */
    private Story failsByTheNextUse(boolean isLookedFor) {
        boolean isWaiting = !story.waiting.isEmpty() || !story.begun.isEmpty();
        if (!isWaiting) {
            if (isLookedFor) {
                wire.hasNewsWithin(A_MOMENT);
            }
            Step use = new Step(Kind.READ, KvmSession.MEMORY, 4, 0);
            story.waiting.add(new Asked(kvm.ask(Request.read(KvmSession.MEMORY)), use, Op.READ));
        }
        if (isLookedFor && !isWaiting) {
            return failsAtOnce();
        }
        boolean hasSent = isDeaf;
        while (!isDeaf && wire.take(Registry.FRAME_LENGTH).length == Registry.FRAME_LENGTH) {
            hasSent = true;
        }
        if (!isDeaf && !wire.hasEnded()) {
            throw wire.violation("the channel closed", "it is open");
        }
        expectEnds("failed", hasSent);
        expectNothingMore("failed");
        return story;
    }

    private void wrong(long data) {
        Frame right = rightAnswer(data);
        int draw = number(data, 0, Registry.FRAME_LENGTH * Byte.SIZE);
        if (story.state() == State.HELLO_SENT) {
            wrongAnswerOfHello(draw);
        } else if (story.state() == State.SELECT_SENT) {
            wire.send(draw % 3 == 0 ? Dialect.INFO_WORD.response().blank() : Bends.turned(story.accept(), draw));
            fails("ACC-002");
        } else if (!isAwaited()) {
            wire.sendBytes(nothing(draw));
            failsOnBytes(clauseOfNothing());
        } else if (isTagged()) {
            wire.send(wrongTagged(right, draw));
            fails("V2-005");
        } else {
            boolean isExact = story.isVersion(1) && draw % 2 == 0;
            int place = Long.BYTES + draw % (Registry.FRAME_LENGTH - Long.BYTES);
            wire.send(
                    isExact
                            ? Forge.withByte(Dialect.INFO_WORD.response().blank(), place, 1 + draw % 0xff)
                            : Forge.reject("POLICY", 0).with("kind", draw));
            fails(isExact ? "V1-004" : "KST-008");
        }
    }

    private void wrongAnswerOfHello(int draw) {
        Frame offer = Forge.offer(story.hello(), story.reply.offer());
        if (story.options.setup().hello() == Hello.REQUIRE && draw % 3 == 0) {
            wire.send(Dialect.INFO_WORD.response().blank());
            fails("KST-003");
        } else if (draw % 2 == 0) {
            wire.send(offer.with("nonce", (offer.get("nonce") + 1 + draw % 0xff) & 0xff));
            fails("OFR-010");
        } else {
            wire.send(offer.with("kind", draw == KIND_OF_OFFER ? 0 : draw));
            fails("KST-004");
        }
    }

    private Frame wrongTagged(Frame right, int draw) {
        boolean isInOrder = (story.sending().features() & Forge.OUT_OF_ORDER) == 0;
        return switch (draw % 4) {
            case 0 -> right.with("tag", UNUSED_TAG);
            case 1 -> right.with("status", draw % 8 == 1 ? 0 : 5 + draw * 0xff);
            case 2 -> Forge.withByte(right, 14 + draw % 18, 1 + draw % 0xff);
            default ->
                isInOrder && story.outstanding.size() > 1
                        ? Dialect.TAGGED.response(story.outstanding.get(1).frame(), 0)
                        : right.with("tag", 0);
        };
    }

    /** The next right answer; where none is due, a response to nothing. */
    private Frame rightAnswer(long data) {
        StoryDevice device = new StoryDevice(story);
        return switch (story.state()) {
            case HELLO_SENT -> device.answerOfHello();
            case SELECT_SENT -> device.answerOfSelect();
            default ->
                story.outstanding.isEmpty()
                        ? story.sending().dialect().response().blank()
                        : device.due(answering(data)).get(0).frame();
        };
    }

    private static Step answering(long data) {
        return new Step(Kind.ANSWER, KvmSession.MEMORY, 4, data);
    }

    /** Bytes that answer nothing: in version 2 a whole response tells by its tag, elsewhere one byte is enough. */
    private byte[] nothing(int draw) {
        Frame none = story.sending().dialect().response().blank();
        return isTagged()
                ? none.with("tag", UNUSED_TAG).with("status", 1).bytes()
                : Arrays.copyOf(none.bytes(), 1 + draw % BEHIND_MAX);
    }

    private String clauseOfNothing() {
        if (story.state() == State.OFFERED) {
            return "KST-009";
        }
        return story.isFresh() ? "KST-001" : isTagged() ? "V2-005" : "FAI-003";
    }

    private void behind(long data) {
        int draw = number(data, 0, Registry.FRAME_LENGTH * Byte.SIZE);
        StoryDevice device = new StoryDevice(story);
        switch (story.state()) {
            case HELLO_SENT -> behindAnswerOfHello(device.answerOfHello(), draw);
            case SELECT_SENT -> {
                Frame answer = device.answerOfSelect();
                if (story.reply.reason() != 0) {
                    sendBoth(answer, new byte[1 + draw % BEHIND_MAX]);
                    fails("REJ-002");
                    return;
                }
                story.opened();
                sendBoth(answer, nothing(draw));
                takesEitherEndOfConnect();
                failsOnBytes(clauseOfNothing());
            }
            default -> {
                if (story.outstanding.isEmpty()) {
                    wrong(data);
                    return;
                }
                Response response = device.due(answering(data)).get(0);
                sendBoth(response.frame(), nothing(draw));
                if (story.takeResponse(response.sent(), response.data(), response.status())) {
                    story.expectEnd(response.sent());
                }
                failsOnBytes(clauseOfNothing());
            }
        }
    }

    private void behindAnswerOfHello(Frame answer, int draw) {
        byte[] more = new byte[1 + draw % BEHIND_MAX];
        sendBoth(answer, more);
        boolean isRequire = story.options.setup().hello() == Hello.REQUIRE;
        if (story.reply.isLegacy() && isRequire) {
            fails("KST-003");
        } else if (story.reply.isLegacy()) {
            story.stepsDown();
            takesValue();
            takesEitherEndOfConnect();
            failsOnBytes("FAI-003");
        } else {
            OfferOracle.Verdict verdict = story.offered(answer);
            if (verdict.choice().isEmpty()) {
                Violation.breaking("KST-011", () -> {
                    aborts(verdict);
                    return story;
                });
                return;
            }
            takesValue();
            boolean isUsed = !story.waiting.isEmpty() || !story.begun.isEmpty() || !story.isConnected();
            Violation.breaking("KST-009", () -> isUsed ? failsAtOnce() : failsByTheNextUse(true));
        }
    }

    /** Of the READ that carried the HELLO. */
    private void takesValue() {
        if (!story.outstanding.isEmpty()) {
            Sent carried = story.outstanding.get(0);
            if (story.takeResponse(carried, story.reply.value(), "ok")) {
                Violation.breaking("KST-007", () -> story.expectEnd(carried));
            }
        }
    }

    /** The handshake has ended well and the channel badly: the document does not say which of the two the driver sees first. */
    private void takesEitherEndOfConnect() {
        if (!story.isConnected()) {
            Answer answer = kvm.await(story.connect);
            if (!answer.status().equals("done") && !answer.error().equals("negotiation")) {
                throw KvmPeer.wrong("connect to be done, or to end with error negotiation", answer);
            }
            story.setConnected();
        }
    }

    private void sendBoth(Frame answer, byte[] more) {
        byte[] both = Arrays.copyOf(answer.bytes(), Registry.FRAME_LENGTH + more.length);
        System.arraycopy(more, 0, both, Registry.FRAME_LENGTH, more.length);
        wire.sendBytes(both);
    }

    /** Every request ends, and a {@code connect} too; what waited may have been sent in the meantime only if {@code mayBeSent}. */
    private void expectEnds(String state, boolean mayBeSent) {
        if (!story.isConnected()) {
            expectEnd(story.connect, List.of("negotiation"), state);
        }
        story.outstanding.forEach(sent -> expectEnd(sent.asked().ticket(), List.of("maybe-executed"), state));
        story.begun.forEach(asked -> expectEnd(asked.ticket(), List.of("maybe-executed"), state));
        List<String> words = mayBeSent ? List.of("not-sent", "maybe-executed") : List.of("not-sent");
        for (Asked asked : story.waiting) {
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
            Violation.breaking("DRV-006", () -> requireState(answer, state));
        }
    }

    private static Answer requireState(Answer answer, String state) {
        KvmSession.expectState(answer, state);
        return answer;
    }

    /** Requires that K has ended for good, and that the next {@code connect} finds no channel. */
    private void expectNothingMore(String state) {
        List<Ticket> late = List.of(
                kvm.ask(Request.read(KvmSession.MEMORY)),
                kvm.ask(Request.posted(KvmSession.MEMORY, 1)),
                kvm.ask(Request.of("fence")));
        for (Ticket ticket : late) {
            Answer answer = Violation.breaking("DRV-003", () -> kvm.expectError(ticket, "not-sent"));
            Violation.breaking("DRV-006", () -> requireState(answer, state));
        }
        Answer closed = kvm.expectDone(kvm.ask(Request.of("close")));
        Violation.breaking("DRV-006", () -> requireState(closed, "closed"));
        wire.close();
    }
}
