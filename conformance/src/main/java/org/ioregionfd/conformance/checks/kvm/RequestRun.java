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
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;

/**
 * Asks K for accesses, plays the device, and holds each command to what K may send next: in the order of the requests, within the
 * window, exact in every byte. Each access ends with its own answer, or, when the channel ends, as sent or not sent.
 */
final class RequestRun {
    private static final List<String> STATUSES = List.of("BAD_REGION", "BAD_OFFSET", "DEVICE_FAULT");

    private final KvmSession talk;
    private final Dialect dialect;
    private final int window;
    private final long features;
    private final boolean mayPost;
    private final Deque<Asked> waiting = new ArrayDeque<>();
    private final List<Asked> outstanding = new ArrayList<>();

    /** A request, and its command once that was seen. */
    private record Asked(Step step, Ticket ticket, Optional<Frame> command) {}

    /** How a channel ends. */
    enum End {
        /** The device ends its stream. */
        DEVICE_ENDS,
        /** The user of K closes. */
        USER_CLOSES,
        /** The device sends what answers nothing. */
        JUNK
    }

    private RequestRun(KvmSession talk, Dialect dialect, int window, long features, boolean mayPost) {
        this.talk = talk;
        this.dialect = dialect;
        this.window = window;
        this.features = features;
        this.mayPost = mayPost;
    }

    /** On a channel of version 0, where K posts WRITEs as its user wants. */
    static RequestRun version0(KvmSession talk, Dialect layout) {
        return new RequestRun(talk, layout, 1, 0, true);
    }

    /** On a channel of version 1 or 2. */
    static RequestRun agreed(KvmSession talk, int version, long features, int window) {
        Dialect dialect = version == 1 ? Dialect.INFO_WORD : Dialect.TAGGED;
        return new RequestRun(talk, dialect, window, features, (features & Forge.POSTED_WRITES) != 0);
    }

    void play(List<Step> script, End end) {
        script.forEach(this::play);
        if (outstanding.isEmpty()) {
            // A K that waits for a response sees at once what comes; another one may look only now and then.
            play(new Step(Kind.READ, KvmSession.MEMORY, 0));
        }
        // All lines are read: what K would send too early it has been asked for.
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
            case READ -> ask(step, Request.read(step.access()));
            case WRITE -> ask(step, Request.write(step.access(), step.data()));
            case POST -> ask(step, Request.posted(step.access(), step.data()));
            case FENCE -> ask(step, Request.of("fence"));
            case ANSWER, FAIL -> answer(step);
        }
        takeWhatMayBeSent();
    }

    private void ask(Step step, Request request) {
        waiting.add(new Asked(step, talk.kvm().ask(request), Optional.empty()));
    }

    private void takeWhatMayBeSent() {
        while (!waiting.isEmpty() && isNext(waiting.element())) {
            Asked asked = waiting.remove();
            if (isRefused(asked)) {
                talk.kvm().expectError(asked.ticket(), "not-sent");
                continue;
            }
            Frame command = talk.wire().expect(dialect.command());
            talk.requireSame(wanted(asked.step(), command), command);
            if (asked.step().kind() == Kind.POST) {
                talk.kvm().expectDone(asked.ticket());
                continue;
            }
            if (dialect == Dialect.TAGGED) {
                requireFreeTag(command);
            }
            outstanding.add(new Asked(asked.step(), asked.ticket(), Optional.of(command)));
        }
    }

    private boolean isNext(Asked asked) {
        if (isRefused(asked)) {
            return true;
        }
        return asked.step().kind() == Kind.POST
                ? dialect == Dialect.TAGGED || outstanding.isEmpty()
                : outstanding.size() < window;
    }

    private boolean isRefused(Asked asked) {
        return switch (asked.step().kind()) {
            case POST -> !mayPost;
            case FENCE -> (features & Forge.FENCE) == 0;
            default -> false;
        };
    }

    private Frame wanted(Step step, Frame seen) {
        long data = step.access().cut(step.data());
        return switch (step.kind()) {
            case READ -> tagged(dialect.read(step.access()), seen);
            case WRITE -> tagged(dialect.write(step.access(), data), seen);
            case POST -> dialect.posted(step.access(), data);
            default -> Dialect.fence(seen.get("tag"));
        };
    }

    private Frame tagged(Frame command, Frame seen) {
        return dialect == Dialect.TAGGED ? Dialect.tagged(command, seen.get("tag")) : command;
    }

    private void requireFreeTag(Frame command) {
        long tag = command.get("tag");
        boolean isFree = tag != 0
                && outstanding.stream()
                        .flatMap(asked -> asked.command().stream())
                        .noneMatch(other -> other.get("tag") == tag);
        if (!isFree) {
            throw talk.wire().violation("a tag that is not 0 and not outstanding", "tag " + tag);
        }
    }

    private void answer(Step step) {
        if (outstanding.isEmpty()) {
            return;
        }
        boolean isOutOfOrder = (features & Forge.OUT_OF_ORDER) != 0;
        int index = isOutOfOrder ? (int) Long.remainderUnsigned(step.data(), outstanding.size()) : 0;
        Asked asked = outstanding.remove(index);
        boolean isRead = asked.step().kind() == Kind.READ;
        // What has no meaning in version 2 is not judged; in versions 0 and 1 the data of a WRITE's response are 0.
        long data = isRead || dialect == Dialect.TAGGED ? step.data() : 0;
        Frame response = dialect.response().blank().with("data", data);
        String access = "ok";
        if (dialect == Dialect.TAGGED) {
            String status =
                    step.kind() == Kind.FAIL ? STATUSES.get((int) Long.remainderUnsigned(step.data(), 3)) : "OK";
            access = status.toLowerCase(Locale.ROOT).replace('_', '-');
            response = response.with("tag", asked.command().orElseThrow().get("tag"))
                    .with("status", Registry.standard().code("statuses", status));
        }
        talk.wire().send(response);
        Answer answer = isRead
                ? talk.kvm().expectValue(asked.ticket(), asked.step().access().cut(data))
                : talk.kvm().expectDone(asked.ticket());
        if (dialect == Dialect.TAGGED && !answer.access().orElse("").equals(access)) {
            throw KvmPeer.wrong("access " + access, answer);
        }
    }

    /** A response that answers nothing: a tag that is not outstanding, or in the other versions what bears a marker. */
    private Frame junk() {
        return dialect == Dialect.TAGGED
                ? dialect.response().blank().with("tag", 0xfeed_beefL).with("status", 1)
                : Forge.reject("POLICY", 0);
    }
}
