// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ioregionfd.conformance.checks.arbitraries.Replies.Reply;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.checks.kvm.Story.Sent;
import org.ioregionfd.conformance.checks.kvm.Story.State;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.OfferOracle.Verdict;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.rules.Setup.Hello;

/** The right answers of the device of a {@link Story}, and what K makes of them. */
final class StoryDevice {
    private static final List<String> STATUSES = List.of("BAD_REGION", "BAD_OFFSET", "DEVICE_FAULT");

    /** One frame in so many is sent in two pieces. */
    private static final int CUT_ONE_IN = 8;

    private final Story story;
    private final Reply reply;

    StoryDevice(Story story) {
        this.story = story;
        this.reply = story.reply;
    }

    /** A response that is due. */
    record Response(Sent sent, long data, String status, Frame frame) {}

    /** Answers what there is to answer. False if K has to end the channel because of that, and has. */
    boolean answer(Step step) {
        switch (story.state()) {
            case HELLO_SENT -> {
                send(answerOfHello(), step.data());
                return takesAnswerOfHello();
            }
            case SELECT_SENT -> {
                send(answerOfSelect(), step.data());
                return takesAnswerOfSelect();
            }
            default -> {
                List<Response> responses = due(step);
                if (responses.size() == 1) {
                    send(responses.get(0).frame, step.data());
                } else {
                    story.wire.send(responses.stream().map(Response::frame).toList());
                }
                responses.forEach(this::takes);
                return true;
            }
        }
    }

    private void send(Frame frame, long data) {
        int cut = 1 + (int) Long.remainderUnsigned(data, Registry.FRAME_LENGTH - 1);
        if (Long.remainderUnsigned(data, CUT_ONE_IN) == 1) {
            story.wire.sendCut(frame, cut);
        } else {
            story.wire.send(frame);
        }
    }

    Frame answerOfHello() {
        return reply.isLegacy()
                ? plain(story.sending().dialect().response().blank().with("data", reply.value()))
                : Forge.offer(story.frames().hello(), reply.offer())
                        .with("value", reply.value())
                        .with("reserved", reply.reserved());
    }

    /** Requires what K makes of the answer to its HELLO. */
    private boolean takesAnswerOfHello() {
        StoryClosing closing = new StoryClosing(story);
        if (reply.isLegacy() && story.options.setup().hello() == Hello.REQUIRE) {
            Violation.breaking("KST-003", closing::failsAtOnce);
            return false;
        }
        if (reply.isLegacy()) {
            story.stepsDown();
            takesValue();
            story.connected();
            return true;
        }
        Verdict verdict = story.offered(answerOfHello());
        if (verdict.choice().isEmpty()) {
            closing.aborts(verdict);
            return false;
        }
        boolean isLazy = takesValue();
        if (!isLazy) {
            story.takeSelect();
        }
        return true;
    }

    /** The READ of an attached HELLO has its value. False if K has gone on to its SELECT. */
    private boolean takesValue() {
        boolean isAttached = !story.outstanding.isEmpty();
        Optional<Answer> answer = Violation.breaking("HEL-004", story::takeValue);
        answer.ifPresent(story::requireChannel);
        boolean isSelecting = answer.filter(end -> end.state().equals(State.SELECT_SENT.label()))
                .isPresent();
        return isAttached && (!isSelecting || !story.waiting.isEmpty());
    }

    Frame answerOfSelect() {
        return reply.reason() == 0
                ? story.frames().accept()
                : Forge.reject("POLICY", reply.detail()).with("reason", reply.reason());
    }

    private boolean takesAnswerOfSelect() {
        if (reply.reason() != 0) {
            Violation.breaking("REJ-002", new StoryClosing(story)::failsAtOnce);
            return false;
        }
        story.opened();
        story.connected();
        return true;
    }

    /** The responses that {@code step} asks for; empty if none is due. */
    List<Response> due(Step step) {
        List<Response> responses = new ArrayList<>();
        List<Sent> left = new ArrayList<>(story.outstanding);
        boolean isOutOfOrder = (story.sending().features() & Forge.OUT_OF_ORDER) != 0;
        while (!left.isEmpty() && (responses.isEmpty() || step.kind() == Kind.ANSWER_ALL)) {
            int index = isOutOfOrder ? (int) Long.remainderUnsigned(step.data(), left.size()) : 0;
            responses.add(response(left.remove(index), step));
        }
        return responses;
    }

    private Response response(Sent sent, Step step) {
        // [V2-007] whatever the data of a WRITE's response are
        long data = step.data() + sent.frame().get(story.sending().dialect() == Dialect.TAGGED ? "tag" : "offset");
        String status = step.kind() == Kind.FAIL ? STATUSES.get((int) Long.remainderUnsigned(step.data(), 3)) : "OK";
        Frame frame = story.sending().dialect().answer(sent.frame(), new End(status, data));
        boolean isPlain = story.sending().dialect() != Dialect.TAGGED && !story.isVersion(1);
        return new Response(
                sent, data, status.toLowerCase(Locale.ROOT).replace('_', '-'), isPlain ? plain(frame) : frame);
    }

    /** Requires the access done, if its last command is answered. */
    void takes(Response response) {
        boolean isTold = story.sending().dialect() == Dialect.TAGGED;
        story.takeResponse(response.sent, response.data, isTold ? response.status : "ok")
                .ifPresent(story::requireChannel);
    }

    /** [V0-003] with any bytes where K looks for a marker only */
    private Frame plain(Frame response) {
        Frame filled = response;
        for (int i = Long.BYTES; i < Registry.FRAME_LENGTH; i++) {
            filled = Forge.withByte(filled, i, (int) (reply.reserved() >>> (i % Integer.BYTES * Byte.SIZE)));
        }
        return Registry.standard().kindOf(filled.bytes(), Sender.D).isEmpty() ? filled : response;
    }
}
