// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import org.ioregionfd.conformance.checks.arbitraries.Requests.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Lengths;

/** The requests of the user of a {@link Story}, but for those where the document leaves open what K does. */
final class StoryUser {
    private final Story story;
    private final boolean knowsEverySize;

    /**
     * Begins the user's part.
     *
     * @param odd a request for an access of 3 bytes, by which the driver tells whether it can be asked for such
     */
    StoryUser(Story story, Ticket odd) {
        this.story = story;
        this.knowsEverySize = story.kvm.isSupported(odd);
    }

    /** Asks for what {@code wish} says, or for something like it that has one command. */
    void ask(Op op, Step wish) {
        if (!hasNoParts()) {
            // Whether a request behind the parts of another one waits for these is left open.
            return;
        }
        Step step = isAskable(wish) ? wish : plain(wish);
        // Of 8 bytes first, so that all the data are stated.
        Request whole = Standing.request(new Command(op, step.access().withSizeExponent(3), step.data()));
        Ticket ticket = story.kvm.ask(op == Op.FENCE ? whole : whole.with("size", step.size()));
        if (op != Op.FENCE && isBeyond(step)) {
            // [LEN-005] before its first command, which has room
            story.requireNotSent(ticket, "LEN-005");
        } else {
            story.waiting.add(new StoryRequest(ticket, step, op));
        }
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
        boolean isAtRest = story.waiting.isEmpty() && story.outstanding.isEmpty() && story.isSending();
        return knowsEverySize && (isAtRest || !isBeyond(step));
    }

    private boolean hasNoParts() {
        return story.begun.isEmpty()
                && story.outstanding.stream().allMatch(sent -> sent.asked().isOver())
                && story.waiting.stream().allMatch(StoryRequest::isOneCommand);
    }
}
