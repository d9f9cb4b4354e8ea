// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayDeque;
import java.util.Deque;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Lengths;
import org.ioregionfd.conformance.rules.Registry;

/** A request of the user of a {@link Story}: its commands that are not sent, and what the responses of the others come to. */
final class StoryRequest {
    private static final long HELLO_OFFSET = Registry.known().helloOffset();

    private final Ticket ticket;
    private final Step step;
    private final Op op;
    private final Deque<Command> left = new ArrayDeque<>();
    private long value;
    private String access = "ok";

    StoryRequest(Ticket ticket, Step step, Op op) {
        this.ticket = ticket;
        this.step = step;
        this.op = op;
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

    /** The command that is to be sent next. */
    Command next() {
        return left.element();
    }

    /** The next command was sent. */
    void sent() {
        left.remove();
    }

    boolean isOneCommand() {
        return left.size() == 1;
    }

    /** Whether no command is left to send. */
    boolean isOver() {
        return left.isEmpty();
    }

    boolean isAtHelloOffset() {
        return op != Op.FENCE && next().access().offset() == HELLO_OFFSET;
    }

    /** The response of {@code command}, which was sent, has come. */
    void answered(Command command, long data, String status) {
        if (op == Op.READ) {
            int place =
                    Byte.SIZE * (int) (command.access().offset() - step.access().offset());
            value |= command.access().cut(data) << place;
        }
        // [LEN-003] the first that is not OK
        access = access.equals("ok") ? status : access;
    }

    /** Requires it done, in {@code dialect}, with what its responses come to. */
    Answer expectEnd(KvmPeer kvm, Dialect dialect) {
        boolean isRead = op == Op.READ;
        boolean isTold = dialect == Dialect.TAGGED && op != Op.POSTED;
        Answer answer = isRead ? kvm.expectValue(ticket, value) : kvm.expectDone(ticket);
        if (answer.member("value").isPresent() != isRead || answer.access().isPresent() != isTold) {
            throw KvmPeer.wrong((isRead ? "a" : "no") + " value and " + (isTold ? "an" : "no") + " access", answer)
                    .breaking("DRV-007");
        }
        if (isTold && !answer.access().orElse("").equals(access)) {
            throw KvmPeer.wrong("access " + access, answer).breaking("V2-006");
        }
        return answer;
    }
}
