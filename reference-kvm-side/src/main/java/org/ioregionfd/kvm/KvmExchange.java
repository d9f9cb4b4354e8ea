// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Optional;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.Fields;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.LegacyResponse;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.TaggedResponse;
import org.ioregionfd.wire.Violation;
import org.jspecify.annotations.Nullable;

/**
 * Commands and responses of the present version: order, window, tags, and the matching of responses.
 *
 * <p>Every enqueued access ends exactly once and is polled, unless its caller abandons it. Confined to one thread.
 */
final class KvmExchange<T> {
    /**
     * How many accesses may wait for their turn. Even as many vCPUs as the largest window would not fill it. A caller that
     * does not wait gets an error before it fills the memory [FAI-004].
     */
    static final int WAITING_MAX = 4096;

    private final long deadlineNanos;
    private final Transmission transmission;
    private final ArrayDeque<KvmAccess<T>> waiting = new ArrayDeque<>();
    private final Outstanding<T> outstanding = new Outstanding<>();
    /** Posted WRITEs that were given out and are not completely written; bounded by {@link Transmission#UNWRITTEN_MAX}. */
    private final ArrayDeque<KvmAccess<T>> posted = new ArrayDeque<>();

    private final ArrayDeque<KvmAccess<T>> ended = new ArrayDeque<>();
    private final TaggedResponse tagged = new TaggedResponse();
    private final Quiescence quiescence = new Quiescence();
    /** No sent access reaches its deadline before this time. */
    private long earliestDeadlineNanos = KvmHandshake.NO_DEADLINE;

    private Agreement terms;
    /** Before that the terms are version 0, without an agreement. */
    private boolean agreed;

    KvmExchange(Agreement terms, long deadlineNanos, Transmission transmission) {
        this.terms = terms;
        this.deadlineNanos = deadlineNanos;
        this.transmission = transmission;
    }

    /** From now on commands are those of the agreement. */
    void agree(Agreement agreement) {
        terms = agreement;
        agreed = true;
    }

    /** Puts an access behind the waiting ones, or ends it at once if too many wait. */
    void enqueue(KvmAccess<T> access) {
        if (isFull()) {
            refuse(access, WAITING_MAX + " accesses wait already");
            return;
        }
        access.stage = KvmAccess.Stage.WAITING;
        waiting.add(access);
    }

    /** The access that is next, if any waits. */
    @Nullable
    KvmAccess<T> next() {
        return waiting.peek();
    }

    /** Whether the next access would find no place among the waiting ones. */
    boolean isFull() {
        return waiting.size() == WAITING_MAX;
    }

    /** Whether a response is outstanding. */
    boolean isQuiet() {
        return outstanding.isEmpty();
    }

    /** Takes the next command, a READ, whose frame the caller sends itself: the attached HELLO. */
    void sendNextElsewhere(long nowNanos) {
        KvmAccess<T> access = waiting.remove();
        given(access, nowNanos);
        access.stage = KvmAccess.Stage.OUTSTANDING;
        outstanding.add(access);
    }

    /**
     * Ends an access for a caller that no longer waits. If the access had not begun, it ends as "not sent" and is never sent.
     * Otherwise its place is kept until its response has come and was dropped, so that the order of the others does not shift
     * [FAI-003].
     */
    void abandon(KvmAccess<T> access, String why) {
        switch (access.stage) {
            case AT_REST -> {}
            case WAITING -> {
                waiting.remove(access);
                access.unanswered(AccessEnd.NOT_SENT, why);
            }
            case OUTSTANDING, POSTED -> {
                access.abandoned = true;
                // it is sent, or on its way: it may be executed
                KvmAccess.Stage stage = access.stage;
                access.unanswered(AccessEnd.MAYBE_EXECUTED, why);
                access.stage = stage;
            }
        }
    }

    /** Why the agreement cannot be saved now; empty if it can [REC-004]. */
    Optional<String> objectionToRecord() {
        if (!outstanding.isEmpty() || !posted.isEmpty() || !waiting.isEmpty()) {
            return Optional.of("accesses are under way [" + Clause.REC_004.id() + "]");
        }
        return quiescence.objection();
    }

    /** Ends next accesses that the terms do not allow, up to the first that they allow. */
    void refuseForbidden() {
        while (!waiting.isEmpty()) {
            Optional<String> objection = objection(waiting.element());
            if (objection.isEmpty()) {
                return;
            }
            refuse(waiting.remove(), objection.get());
        }
    }

    /** Sends the commands whose turn has come, in the order in which they were enqueued. */
    void sendWaiting(long nowNanos) {
        for (KvmAccess<T> head = waiting.peek(); head != null; head = waiting.peek()) {
            Optional<String> objection = objection(head);
            if (objection.isPresent()) {
                refuse(waiting.remove(), objection.get());
            } else if (!mayGo(head)) {
                return;
            } else {
                send(waiting.remove(), nowNanos);
            }
        }
    }

    /** Sends the next command if its turn has come, and tells whether it did. */
    boolean sendNext(long nowNanos) {
        KvmAccess<T> head = waiting.element();
        if (!mayGo(head)) {
            return false;
        }
        waiting.remove();
        send(head, nowNanos);
        return true;
    }

    /** Takes the response at {@code index}; a returned failure must fail the channel. */
    Optional<Failure> receive(ByteBuf buffer, int index) {
        return switch (terms.version()) {
            case LEGACY -> receiveLegacy(buffer, index);
            case EXACT -> receiveExact(buffer, index);
            case TAGGED -> receiveTagged(buffer, index);
        };
    }

    /**
     * Takes the beginning of a response; a returned failure must fail the channel. In version 2 only the whole response
     * tells, by its tag.
     */
    Optional<Failure> receiveFragment() {
        return terms.version() == ProtocolVersion.TAGGED || isResponseAwaited() ? Optional.empty() : answersNothing();
    }

    /** Completes the READ that carried the HELLO with the value of its answer [HEL-004, KST-007]. */
    void completeHello(long value) {
        KvmAccess<T> access = outstanding.oldest();
        if (access != null) {
            complete(access, value, Optional.empty());
        }
    }

    /** Ends the posted WRITEs that are written by now. */
    void endWritten() {
        while (!posted.isEmpty() && transmission.hasWritten(posted.element().position)) {
            KvmAccess<T> access = posted.remove();
            if (!access.abandoned) {
                access.done(0, Optional.empty());
                ended.add(access);
            }
        }
    }

    /** Ends every access; nothing is sent any more. */
    void endAll(String why) {
        for (KvmAccess<T> access = outstanding.oldest(); access != null; access = outstanding.oldest()) {
            outstanding.remove(access);
            end(access, why);
        }
        while (!posted.isEmpty()) {
            end(posted.remove(), why);
        }
        while (!waiting.isEmpty()) {
            refuse(waiting.remove(), why);
        }
    }

    /** Ends an access without sending it. */
    void refuse(KvmAccess<T> access, String why) {
        access.unanswered(AccessEnd.NOT_SENT, why);
        ended.add(access);
    }

    @Nullable
    KvmAccess<T> pollEnded() {
        return ended.poll();
    }

    /** When to look at {@link #overdue} next, or {@link KvmHandshake#NO_DEADLINE}. */
    long nextDeadlineNanos() {
        if (outstanding.isEmpty() && posted.isEmpty()) {
            earliestDeadlineNanos = KvmHandshake.NO_DEADLINE;
        }
        return earliestDeadlineNanos;
    }

    /** What a sent access waits for, if its time is over. */
    Optional<Failure.Awaited> overdue(long nowNanos) {
        long next = nextDeadlineNanos();
        if (next == KvmHandshake.NO_DEADLINE || nowNanos - next < 0) {
            return Optional.empty();
        }
        long earliest = KvmHandshake.NO_DEADLINE;
        for (int slot = outstanding.first(); slot != Outstanding.NONE; slot = outstanding.after(slot)) {
            earliest = Math.min(earliest, outstanding.at(slot).deadlineNanos);
        }
        for (KvmAccess<T> access : posted) {
            earliest = Math.min(earliest, access.deadlineNanos);
        }
        earliestDeadlineNanos = earliest;
        if (nowNanos - earliest < 0) {
            return Optional.empty();
        }
        return Optional.of(outstanding.isEmpty() ? Failure.Awaited.ROOM : Failure.Awaited.RESPONSE);
    }

    /** Why the agreement does not allow the command; empty if it does. */
    private Optional<String> objection(KvmAccess<T> command) {
        // [V0-004] no access at HELLO_OFFSET before a version was agreed
        if (command.isAtHelloOffset() && !agreed) {
            return Optional.of("only a HELLO has this offset while no version is agreed [" + Clause.V0_004.id() + "]");
        }
        // [FEA-002] no FENCE unless it was selected
        if (command.op == Op.FENCE && !terms.has(Feature.FENCE)) {
            return Optional.of("FENCE was not agreed [" + Clause.FEA_002.id() + "]");
        }
        // [V1-002] no WRITE without a response unless POSTED_WRITES was selected; version 0 has them anyway
        boolean mayPost = terms.version() == ProtocolVersion.LEGACY || terms.has(Feature.POSTED_WRITES);
        if (!command.wantsResponse() && !mayPost) {
            return Optional.of("POSTED_WRITES was not agreed [" + Clause.V1_002.id() + "]");
        }
        return Optional.empty();
    }

    private boolean mayGo(KvmAccess<T> command) {
        if (!transmission.hasRoom()) {
            return false;
        }
        // [V0-002, V1-002] nothing is sent while a response is outstanding
        if (terms.version() != ProtocolVersion.TAGGED) {
            return outstanding.isEmpty();
        }
        // [WIN-001] a command that wants a response counts until its whole response was read
        return !command.wantsResponse() || outstanding.size() < terms.maxInflight();
    }

    private void send(KvmAccess<T> access, long nowNanos) {
        given(access, nowNanos);
        if (access.wantsResponse()) {
            access.stage = KvmAccess.Stage.OUTSTANDING;
            outstanding.add(access);
        } else {
            access.stage = KvmAccess.Stage.POSTED;
            // [V2-001] no tag where no response is wanted
            access.tag = 0;
            posted.add(access);
            quiescence.posted(access.position);
        }
        CommandFrames.encode(access, terms, transmission.bytes());
    }

    private void given(KvmAccess<T> access, long nowNanos) {
        access.position = transmission.position();
        access.deadlineNanos = Math.max(nowNanos + deadlineNanos, access.patientUntilNanos);
        earliestDeadlineNanos = Math.min(nextDeadlineNanos(), access.deadlineNanos);
    }

    private Optional<Failure> receiveLegacy(ByteBuf buffer, int index) {
        if (Frame.isMarkedResponse(buffer, index)) {
            // [KST-008]
            int seen = buffer.getUnsignedByte(index + Fields.RESPONSE_MARKER);
            return violated(
                    new Violation(Clause.KST_008, Fields.RESPONSE_MARKER, seen),
                    "a response of version 0 bears the marker");
        }
        return completeInOrder(buffer, index);
    }

    private Optional<Failure> receiveExact(ByteBuf buffer, int index) {
        // [V1-004] so that responses of version 2, and stale frames of the handshake, are noticed at once
        for (int offset = Fields.RESPONSE_PADDING; offset < Frame.LENGTH; offset++) {
            int seen = buffer.getUnsignedByte(index + offset);
            if (seen != 0) {
                return violated(
                        new Violation(Clause.V1_004, offset, seen), "a reserved byte of a response is not zero");
            }
        }
        return completeInOrder(buffer, index);
    }

    /** [V0-002] responses come in the order of the commands, so this one is the oldest's. */
    private Optional<Failure> completeInOrder(ByteBuf buffer, int index) {
        KvmAccess<T> access = outstanding.oldest();
        if (access == null || !transmission.hasWritten(access.position)) {
            return answersNothing();
        }
        // [V0-003] only the data counts
        complete(access, LegacyResponse.data(buffer, index), Optional.empty());
        return Optional.empty();
    }

    private boolean isResponseAwaited() {
        KvmAccess<T> access = outstanding.oldest();
        return access != null && transmission.hasWritten(access.position);
    }

    private static Optional<Failure> answersNothing() {
        // [FAI-003]
        return violated(Violation.of(Clause.FAI_003), "a response answers nothing");
    }

    private Optional<Failure> receiveTagged(ByteBuf buffer, int index) {
        tagged.read(buffer, index);
        // [V2-005] an unknown status, a reserved byte that is not zero
        Optional<Violation> violation = tagged.violation();
        if (violation.isPresent()) {
            return violated(violation.get(), "a response is not a valid one of version 2");
        }
        KvmAccess<T> access = outstanding.byTag(tagged.tag());
        // [V2-005, FAI-003] a tag that is not outstanding, be it that its command was not written whole [FAI-007]
        if (access == null || !transmission.hasWritten(access.position)) {
            return violated(
                    new Violation(Clause.V2_005, Fields.RESPONSE_TAGGED_TAG, Integer.toUnsignedLong(tagged.tag())),
                    "a response bears a tag that is not outstanding");
        }
        // [V2-005] without OUT_OF_ORDER, out of order
        if (!terms.has(Feature.OUT_OF_ORDER) && access != outstanding.oldest()) {
            return violated(
                    new Violation(Clause.V2_005, Fields.RESPONSE_TAGGED_TAG, Integer.toUnsignedLong(tagged.tag())),
                    "a response is out of order, and OUT_OF_ORDER was not agreed");
        }
        // [V2-006] whatever the status, the access has its answer; its data are not judged [V2-007]
        complete(access, tagged.data(), Status.of(tagged.statusCode()));
        return Optional.empty();
    }

    private void complete(KvmAccess<T> access, long data, Optional<Status> status) {
        outstanding.remove(access);
        if (access.op == Op.FENCE) {
            quiescence.fenced(access.position, status);
        } else if (!terms.has(Feature.FENCE)) {
            quiescence.answered(access.position);
        }
        if (!access.abandoned) {
            access.done(data, status);
            ended.add(access);
        }
    }

    private void end(KvmAccess<T> access, String why) {
        if (!access.abandoned) {
            // [FAI-001] "not sent" only where no byte of the command was written
            access.unanswered(
                    transmission.hasBegun(access.position) ? AccessEnd.MAYBE_EXECUTED : AccessEnd.NOT_SENT, why);
            ended.add(access);
        }
    }

    private static Optional<Failure> violated(Violation violation, String words) {
        return Optional.of(new Failure.Violated(violation, words));
    }
}
