// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.Arrays;
import java.util.List;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.checks.kvm.Story.State;
import org.ioregionfd.conformance.checks.kvm.StoryDevice.Response;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Setup.Hello;

/** What ends the channel of a {@link Story}, in each state: what is wrong, or comes unasked, and what K makes of it. */
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

    /** A request for no other purpose than that K has one. */
    static final Step USE = new Step(Kind.READ, KvmSession.MEMORY, 4, 0);

    private static final long UNUSED_TAG = 0xfeed_beefL;

    /** More than a frame. */
    private static final int BEHIND_MAX = 40;

    private static final int KIND_OF_OFFER = Registry.standard().code("kinds", "OFFER");

    private final Story story;
    private final StoryClosing closing;
    private final StoryDevice device;
    private final Conversation wire;

    StoryEnd(Story story) {
        this.story = story;
        this.closing = new StoryClosing(story);
        this.device = new StoryDevice(story);
        this.wire = story.wire;
    }

    /** Ends the channel; {@code data} draws what else there is to choose. */
    void play(End end, long data) {
        // K has all requests by now: it could have sent a command too early.
        story.kvm.awaitRead();
        if ((end == End.WRONG || end == End.FRAGMENT) && !closing.isAwaited() && !isLooking()) {
            // What comes when K waits for nothing is another check's: it has to be slow.
            story.play(List.of(USE));
        }
        switch (end) {
            case USER_CLOSES -> closing.userCloses();
            case DEVICE_ENDS -> {
                wire.finish();
                closing.fails("FAI-001");
            }
            case DEVICE_CLOSES -> closing.deviceCloses();
            case FRAGMENT -> {
                wire.sendBytes(Arrays.copyOf(rightAnswer(data).bytes(), number(data, 1, Registry.FRAME_LENGTH - 1)));
                wire.finish();
                if (closing.isAwaited()) {
                    closing.fails("CHN-004");
                } else {
                    closing.failsOnBytes(clauseOfNothing());
                }
            }
            case WRONG -> wrong(data);
            case BEHIND -> behind(data);
        }
    }

    private static int number(long data, int least, int many) {
        return least + (int) Long.remainderUnsigned(data, many);
    }

    /** Whether K must look for bytes before it sends the next frame. KST-001, KST-009 */
    private boolean isLooking() {
        return story.isFresh() || story.state() == State.OFFERED;
    }

    private boolean isTagged() {
        return story.sending().dialect() == Dialect.TAGGED;
    }

    private void wrong(long data) {
        Frame right = rightAnswer(data);
        int draw = number(data, 0, Registry.FRAME_LENGTH * Byte.SIZE);
        if (story.state() == State.HELLO_SENT) {
            wrongAnswerOfHello(draw);
        } else if (story.state() == State.SELECT_SENT) {
            wire.send(
                    draw % 3 == 0
                            ? Dialect.INFO_WORD.response().blank()
                            : Bends.turned(story.frames().accept(), draw));
            closing.fails("ACC-002");
        } else if (!closing.isAwaited()) {
            wire.sendBytes(nothing(draw));
            closing.failsOnBytes(clauseOfNothing());
        } else if (isTagged()) {
            wire.send(wrongTagged(right, draw));
            closing.fails("V2-005");
        } else {
            boolean isExact = story.isVersion(1) && draw % 2 == 0;
            int place = Long.BYTES + draw % (Registry.FRAME_LENGTH - Long.BYTES);
            wire.send(
                    isExact
                            ? Forge.withByte(Dialect.INFO_WORD.response().blank(), place, 1 + draw % 0xff)
                            : marked(draw));
            closing.fails(isExact ? "V1-004" : "KST-008");
        }
    }

    /** A REJECT, or the same with another kind. */
    private static Frame marked(int draw) {
        Frame reject = Forge.reject("POLICY", 0);
        return draw % 3 == 0 ? reject : reject.with("kind", draw);
    }

    private void wrongAnswerOfHello(int draw) {
        Frame offer = Forge.offer(story.frames().hello(), story.reply.offer());
        if (story.options.setup().hello() == Hello.REQUIRE && draw % 3 == 0) {
            wire.send(Dialect.INFO_WORD.response().blank());
            closing.fails("KST-003");
        } else if (draw % 2 == 0) {
            wire.send(offer.with("nonce", (offer.get("nonce") + 1 + draw % 0xff) & 0xff));
            closing.fails("OFR-010");
        } else {
            wire.send(offer.with("kind", draw == KIND_OF_OFFER ? 0 : draw));
            closing.fails("KST-004");
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
        switch (story.state()) {
            case HELLO_SENT -> behindAnswerOfHello(device.answerOfHello(), draw);
            case SELECT_SENT -> {
                Frame answer = device.answerOfSelect();
                if (story.reply.reason() != 0) {
                    sendBoth(answer, new byte[1 + draw % BEHIND_MAX]);
                    closing.fails("REJ-002");
                    return;
                }
                story.opened();
                sendBoth(answer, nothing(draw));
                takesEitherEndOfConnect();
                closing.failsOnBytes(clauseOfNothing());
            }
            default -> {
                if (story.outstanding.isEmpty()) {
                    wrong(data);
                    return;
                }
                Response response = device.due(answering(data)).get(0);
                sendBoth(response.frame(), nothing(draw));
                story.takeResponse(response.sent(), response.data(), response.status());
                closing.failsOnBytes(clauseOfNothing());
            }
        }
    }

    private void behindAnswerOfHello(Frame answer, int draw) {
        byte[] more = new byte[1 + draw % BEHIND_MAX];
        sendBoth(answer, more);
        boolean isRequire = story.options.setup().hello() == Hello.REQUIRE;
        if (story.reply.isLegacy() && isRequire) {
            closing.fails("KST-003");
        } else if (story.reply.isLegacy()) {
            story.stepsDown();
            Violation.breaking("KST-007", story::takeValue);
            takesEitherEndOfConnect();
            closing.failsOnBytes("FAI-003");
        } else {
            OfferOracle.Verdict verdict = story.offered(answer);
            if (verdict.choice().isEmpty()) {
                Violation.breaking("KST-011", () -> {
                    closing.aborts(verdict);
                    return story;
                });
                return;
            }
            Violation.breaking("KST-007", story::takeValue);
            boolean isUsed = story.isInUse() || !story.isConnected();
            Violation.breaking("KST-009", () -> isUsed ? closing.failsAtOnce() : closing.failsBeforeItSends());
        }
    }

    /** The handshake has ended well and the channel badly: the document does not say which of the two the driver sees first. */
    private void takesEitherEndOfConnect() {
        if (!story.isConnected()) {
            Answer answer = story.kvm.await(story.connect);
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
}
