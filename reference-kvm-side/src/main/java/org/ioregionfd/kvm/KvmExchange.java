// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Optional;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.LegacyResponse;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.TaggedResponse;
import org.ioregionfd.wire.Violation;
import org.jspecify.annotations.Nullable;

/**
 * Commands and responses of the version that holds: order, window, tags, and which response is whose.
 *
 * <p>Every access that is enqueued ends exactly once and is polled as {@link Ended}. Confined to one thread.
 */
final class KvmExchange<T> {
    /**
     * How many accesses may wait for their turn: the largest window's worth of vCPUs would not fill it, and a caller that
     * does not wait is told so before it fills the memory [FAI-004].
     */
    static final int WAITING_MAX = 4096;

    private static final int MARKER_OFFSET = 8;

    private final long deadlineNanos;
    private final Transmission transmission;
    private final ArrayDeque<Pending<T>> waiting = new ArrayDeque<>();
    private final Outstanding<T> outstanding = new Outstanding<>();
    /** Posted WRITEs that were given out and not written whole; bounded by {@link Transmission#UNWRITTEN_MAX}. */
    private final ArrayDeque<Pending<T>> posted = new ArrayDeque<>();

    private final ArrayDeque<Ended<T>> ended = new ArrayDeque<>();
    private final TaggedResponse tagged;

    private Agreement terms;
    private Basis basis = Basis.NONE;

    /** What the terms rest on. */
    private enum Basis {
        /** They are version 0, which nobody agreed on. */
        NONE,
        AGREEMENT
    }

    KvmExchange(Agreement terms, long deadlineNanos, Transmission transmission) {
        this.terms = terms;
        this.deadlineNanos = deadlineNanos;
        this.transmission = transmission;
        tagged = new TaggedResponse(transmission.bytes(), 0);
    }

    /** From now on commands are those of the agreement. */
    void agree(Agreement agreement) {
        terms = agreement;
        basis = Basis.AGREEMENT;
    }

    /** Puts an access behind those that wait, or ends it at once where too many do. */
    void enqueue(KvmCommand command, T token) {
        if (waiting.size() == WAITING_MAX) {
            refuse(token, WAITING_MAX + " accesses wait already");
            return;
        }
        waiting.add(new Pending<>(command, token));
    }

    /** The command whose turn is next, if any waits. */
    @Nullable
    KvmCommand next() {
        Pending<T> head = waiting.peek();
        return head == null ? null : head.command;
    }

    /** Whether a response is awaited. */
    boolean isQuiet() {
        return outstanding.isEmpty();
    }

    /** Takes the next command, a READ, as one whose frame the caller sends: the attached HELLO. */
    void sendNextElsewhere(long nowNanos) {
        Pending<T> access = waiting.remove();
        given(access, nowNanos);
        outstanding.add(access);
    }

    /** Ends the next access without sending it. */
    void refuseNext(String why) {
        refuse(waiting.remove().token, why);
    }

    /** Ends those of the next accesses that the terms do not allow, up to one that they do. */
    void refuseForbidden() {
        while (!waiting.isEmpty()) {
            Optional<String> objection = objection(waiting.element().command);
            if (objection.isEmpty()) {
                return;
            }
            refuseNext(objection.get());
        }
    }

    /** Sends the commands whose turn has come, in the order in which they were enqueued. */
    void sendWaiting(long nowNanos) {
        refuseForbidden();
        while (!waiting.isEmpty() && sendNext(nowNanos)) {
            refuseForbidden();
        }
    }

    /** Sends the next command, where its turn has come, and tells whether it had. */
    boolean sendNext(long nowNanos) {
        Pending<T> head = waiting.element();
        if (!mayGo(head.command)) {
            return false;
        }
        waiting.remove();
        send(head, nowNanos);
        return true;
    }

    /** Takes the response at {@code index}; what it returns fails the channel. */
    Optional<Failure> receive(ByteBuf buffer, int index) {
        return switch (terms.version()) {
            case LEGACY -> receiveLegacy(buffer, index);
            case EXACT -> receiveExact(buffer, index);
            case TAGGED -> receiveTagged(buffer, index);
        };
    }

    /** Takes the beginning of a response; what it returns fails the channel. In version 2 the whole response tells by its tag. */
    Optional<Failure> receiveFragment() {
        return terms.version() == ProtocolVersion.TAGGED || isResponseAwaited() ? Optional.empty() : answersNothing();
    }

    /** Completes the READ that carried the HELLO with the value of its answer [HEL-004, KST-007]. */
    void completeHello(long value) {
        Pending<T> access = outstanding.oldest();
        if (access != null) {
            complete(access, value, Optional.empty());
        }
    }

    /** Ends the posted WRITEs that were written by now. */
    void endWritten() {
        while (!posted.isEmpty() && transmission.hasWritten(posted.element().position)) {
            ended.add(new Ended<>(posted.remove().token, new AccessEnd.Done(0, Optional.empty())));
        }
    }

    /** Ends every access; nothing is sent any more. */
    void endAll(String why) {
        for (Pending<T> access = outstanding.oldest(); access != null; access = outstanding.oldest()) {
            outstanding.remove(access);
            end(access, why);
        }
        while (!posted.isEmpty()) {
            end(posted.remove(), why);
        }
        while (!waiting.isEmpty()) {
            refuseNext(why);
        }
    }

    /** Ends an access that was never taken in. */
    void refuse(T token, String why) {
        ended.add(new Ended<>(token, new AccessEnd.NotSent(why)));
    }

    @Nullable
    Ended<T> pollEnded() {
        return ended.poll();
    }

    /** When the oldest access that was sent runs out of time, or {@link KvmHandshake#NO_DEADLINE}. */
    long nextDeadlineNanos() {
        Pending<T> oldest = outstanding.oldest();
        Pending<T> oldestPosted = posted.peek();
        if (oldest == null) {
            return oldestPosted == null ? KvmHandshake.NO_DEADLINE : oldestPosted.deadlineNanos;
        }
        return oldestPosted == null || oldestPosted.position > oldest.position
                ? oldest.deadlineNanos
                : oldestPosted.deadlineNanos;
    }

    /** What the oldest access that was sent waits for. */
    Failure.Awaited awaited() {
        return outstanding.isEmpty() ? Failure.Awaited.ROOM : Failure.Awaited.RESPONSE;
    }

    /** Why the agreement does not allow the command, if it does not. */
    private Optional<String> objection(KvmCommand command) {
        // [V0-004] no access at HELLO_OFFSET before a version was agreed
        if (command.isAtHelloOffset() && basis == Basis.NONE) {
            return Optional.of("the offset is a HELLO's while no version is agreed [" + Clause.V0_004.id() + "]");
        }
        // [FEA-002] no FENCE unless it was selected
        if (command.op() == Op.FENCE && !terms.has(Feature.FENCE)) {
            return Optional.of("FENCE was not agreed [" + Clause.FEA_002.id() + "]");
        }
        // [V1-002] no WRITE without a response unless POSTED_WRITES was selected; version 0 has them anyway
        boolean mayPost = terms.version() == ProtocolVersion.LEGACY || terms.has(Feature.POSTED_WRITES);
        if (!command.wantsResponse() && !mayPost) {
            return Optional.of("POSTED_WRITES was not agreed [" + Clause.V1_002.id() + "]");
        }
        return Optional.empty();
    }

    private boolean mayGo(KvmCommand command) {
        if (!transmission.hasRoom()) {
            return false;
        }
        // [V0-002, V1-002] nothing is sent while a response is outstanding
        if (terms.version() != ProtocolVersion.TAGGED) {
            return outstanding.isEmpty();
        }
        // [WIN-001] what wants a response counts until its whole response was read
        return !command.wantsResponse() || outstanding.size() < terms.maxInflight();
    }

    private void send(Pending<T> access, long nowNanos) {
        given(access, nowNanos);
        if (access.command.wantsResponse()) {
            outstanding.add(access);
        } else {
            posted.add(access);
        }
        ByteBuf out = transmission.bytes();
        switch (terms.version()) {
            case LEGACY -> encode(access.command, terms.layout(), out);
            // [V1-001] the info-word layout, whatever the HELLO's was
            case EXACT -> encode(access.command, Layout.INFO_WORD, out);
            case TAGGED -> encodeTagged(access.command, access.tag, out);
        }
    }

    private void given(Pending<T> access, long nowNanos) {
        access.position = transmission.position();
        access.deadlineNanos = nowNanos + deadlineNanos;
    }

    private static void encode(KvmCommand command, Layout layout, ByteBuf out) {
        switch (command.op()) {
            case READ ->
                LegacyCommand.writeRead(out, layout, command.sizeExponent(), command.region(), command.offset());
            case WRITE ->
                LegacyCommand.writeWrite(
                        out,
                        layout,
                        command.sizeExponent(),
                        command.wanted(),
                        command.region(),
                        command.offset(),
                        command.value());
            case FENCE -> throw new IllegalStateException("versions 0 and 1 have no FENCE");
        }
    }

    private static void encodeTagged(KvmCommand command, int tag, ByteBuf out) {
        switch (command.op()) {
            case READ -> TaggedCommand.writeRead(out, command.sizeExponent(), tag, command.region(), command.offset());
            case WRITE ->
                TaggedCommand.writeWrite(
                        out, command.sizeExponent(), tag, command.region(), command.offset(), command.value());
            case FENCE -> TaggedCommand.writeFence(out, tag);
        }
    }

    private Optional<Failure> receiveLegacy(ByteBuf buffer, int index) {
        if (Frame.isMarkedResponse(buffer, index)) {
            // [KST-008]
            int seen = buffer.getUnsignedByte(index + MARKER_OFFSET);
            return violated(
                    new Violation(Clause.KST_008, MARKER_OFFSET, seen), "a response of version 0 bears the marker");
        }
        return completeInOrder(buffer, index);
    }

    private Optional<Failure> receiveExact(ByteBuf buffer, int index) {
        // [V1-004] so that responses of version 2, and stale frames of the handshake, are noticed at once
        for (int offset = MARKER_OFFSET; offset < Frame.LENGTH; offset++) {
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
        Pending<T> access = outstanding.oldest();
        if (access == null || !transmission.hasWritten(access.position)) {
            return answersNothing();
        }
        // [V0-003] only the data counts
        complete(access, LegacyResponse.data(buffer, index), Optional.empty());
        return Optional.empty();
    }

    private boolean isResponseAwaited() {
        Pending<T> access = outstanding.oldest();
        return access != null && transmission.hasWritten(access.position);
    }

    private static Optional<Failure> answersNothing() {
        // [FAI-003]
        return violated(Violation.of(Clause.FAI_003), "a response answers nothing");
    }

    private Optional<Failure> receiveTagged(ByteBuf buffer, int index) {
        tagged.wrap(buffer, index);
        // [V2-005] an unknown status, a reserved byte that is not zero
        Optional<Violation> violation = tagged.violation();
        if (violation.isPresent()) {
            return violated(violation.get(), "a response is none of version 2");
        }
        Pending<T> access = outstanding.byTag(tagged.tag());
        // [V2-005, FAI-003] a tag that is not outstanding
        if (access == null || !transmission.hasWritten(access.position)) {
            return violated(
                    new Violation(Clause.V2_005, 8, Integer.toUnsignedLong(tagged.tag())),
                    "a response bears a tag that is not outstanding");
        }
        // [V2-005] without OUT_OF_ORDER, out of order
        if (!terms.has(Feature.OUT_OF_ORDER) && access != outstanding.oldest()) {
            return violated(
                    new Violation(Clause.V2_005, 8, Integer.toUnsignedLong(tagged.tag())),
                    "a response is out of order, and OUT_OF_ORDER was not agreed");
        }
        // [V2-006] whatever the status, the access has its answer
        complete(access, tagged.data(), Status.of(tagged.statusCode()));
        return Optional.empty();
    }

    private void complete(Pending<T> access, long data, Optional<Status> status) {
        outstanding.remove(access);
        // [ACE-003, V0-003] bits above the access size do not count
        long value = Access.truncate(data, access.command.sizeExponent());
        ended.add(new Ended<>(access.token, new AccessEnd.Done(value, status)));
    }

    private void end(Pending<T> access, String why) {
        // [FAI-001] "not sent" only where no byte of the command was written
        AccessEnd end =
                transmission.hasBegun(access.position) ? new AccessEnd.MaybeExecuted(why) : new AccessEnd.NotSent(why);
        ended.add(new Ended<>(access.token, end));
    }

    private static Optional<Failure> violated(Violation violation, String words) {
        return Optional.of(new Failure.Violated(violation, words));
    }
}
