// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Sending;

/**
 * Asks K for accesses, plays the device, and compares each command with what K may send next: in the order of the requests,
 * within the window, exact in every byte. Each access must end with its own answer, or, when the channel ends, as sent or not
 * sent.
 */
final class RequestRun {
    private static final List<String> STATUSES = List.of("BAD_REGION", "BAD_OFFSET", "DEVICE_FAULT");

    private final KvmSession talk;
    private final Sending sending;
    private final Deque<Asked> waiting = new ArrayDeque<>();
    private final List<Asked> outstanding = new ArrayList<>();

    /** A request, and its frame once that was seen. */
    private record Asked(Command command, Ticket ticket, Optional<Frame> frame) {}

    /** How a channel ends. */
    enum End {
        /** The device ends its stream. */
        DEVICE_ENDS,
        /** The user of K closes. */
        USER_CLOSES,
        /** The device sends bytes that answer nothing. */
        JUNK
    }

    /** A run on a channel on which K sends by these terms. */
    RequestRun(KvmSession talk, Sending sending) {
        this.talk = talk;
        this.sending = sending;
    }

    void play(List<Step> script, End end) {
        script.forEach(this::play);
        if (outstanding.isEmpty()) {
            // A K that waits for a response sees incoming bytes at once; another one may look only from time to time.
            play(new Step(Kind.READ, KvmSession.MEMORY, 0));
        }
        // K has all requests by now: it could have sent a command too early.
        talk.kvm().awaitRead();
        switch (end) {
            case DEVICE_ENDS -> {
                talk.wire().finish();
                talk.wire().expectClosed();
            }
            case USER_CLOSES -> {
                Ticket close = talk.kvm().ask(Request.of("close"));
                talk.wire().expectClosed();
                KvmSession.expectState(talk.kvm().expectDone(close), "closed");
            }
            case JUNK -> {
                talk.wire().send(junk());
                talk.wire().expectClosed();
            }
        }
        outstanding.forEach(asked -> talk.kvm().expectError(asked.ticket(), "maybe-executed"));
        waiting.forEach(asked -> talk.kvm().expectError(asked.ticket(), "not-sent"));
    }

    private void play(Step step) {
        switch (step.kind()) {
            case READ -> ask(Op.READ, step, Request.read(step.access()));
            case WRITE -> ask(Op.WRITE, step, Request.write(step.access(), step.data()));
            case POST -> ask(Op.POSTED, step, Request.posted(step.access(), step.data()));
            case FENCE -> ask(Op.FENCE, step, Request.of("fence"));
            case ANSWER, FAIL -> answer(step);
        }
        takeWhatMayBeSent();
    }

    private void ask(Op op, Step step, Request request) {
        Command command = new Command(op, step.access(), step.data());
        waiting.add(new Asked(command, talk.kvm().ask(request), Optional.empty()));
    }

    private void takeWhatMayBeSent() {
        while (!waiting.isEmpty() && isNext(waiting.element())) {
            Asked asked = waiting.remove();
            if (!sending.knows(asked.command().op())) {
                talk.kvm().expectError(asked.ticket(), "not-sent");
                continue;
            }
            Frame frame = talk.wire().expect(sending.dialect().command());
            boolean isTagged =
                    sending.dialect() == Dialect.TAGGED && asked.command().isAnswered();
            Frame wanted = asked.command().in(sending.dialect());
            talk.requireSame(isTagged ? Dialect.tagged(wanted, frame.get("tag")) : wanted, frame);
            if (!asked.command().isAnswered()) {
                talk.kvm().expectDone(asked.ticket());
                continue;
            }
            if (isTagged) {
                requireFreeTag(frame);
            }
            outstanding.add(new Asked(asked.command(), asked.ticket(), Optional.of(frame)));
        }
    }

    private boolean isNext(Asked asked) {
        Op op = asked.command().op();
        return !sending.knows(op) || sending.hasRoomFor(op, outstanding.size());
    }

    private void requireFreeTag(Frame command) {
        long tag = command.get("tag");
        boolean isFree = tag != 0
                && outstanding.stream()
                        .flatMap(asked -> asked.frame().stream())
                        .noneMatch(other -> other.get("tag") == tag);
        if (!isFree) {
            throw talk.wire().violation("a tag that is not 0 and not outstanding", "tag " + tag);
        }
    }

    private void answer(Step step) {
        if (outstanding.isEmpty()) {
            return;
        }
        boolean isOutOfOrder = (sending.features() & Forge.OUT_OF_ORDER) != 0;
        int index = isOutOfOrder ? (int) Long.remainderUnsigned(step.data(), outstanding.size()) : 0;
        Asked asked = outstanding.remove(index);
        boolean isRead = asked.command().op() == Op.READ;
        Dialect dialect = sending.dialect();
        // In version 2, bytes without a meaning are not judged; in versions 0 and 1 the data of a WRITE's response are
        // 0.
        long data = isRead || dialect == Dialect.TAGGED ? step.data() : 0;
        String status = step.kind() == Kind.FAIL ? STATUSES.get((int) Long.remainderUnsigned(step.data(), 3)) : "OK";
        talk.wire().send(dialect.answer(asked.frame().orElseThrow(), new AnnexDevice.End(status, data)));
        Answer answer = isRead
                ? talk.kvm()
                        .expectValue(asked.ticket(), asked.command().access().cut(data))
                : talk.kvm().expectDone(asked.ticket());
        String access = status.toLowerCase(Locale.ROOT).replace('_', '-');
        if (dialect == Dialect.TAGGED && !answer.access().orElse("").equals(access)) {
            throw KvmPeer.wrong("access " + access, answer);
        }
    }

    /** A response that answers nothing: with a tag that is not outstanding, or, in the other versions, with a marker. */
    private Frame junk() {
        return sending.dialect() == Dialect.TAGGED
                ? Dialect.TAGGED.response().blank().with("tag", 0xfeed_beefL).with("status", 1)
                : Forge.reject("POLICY", 0);
    }
}
