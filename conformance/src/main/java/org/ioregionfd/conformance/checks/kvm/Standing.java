// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;

/** Where a channel stands on which K sends commands: every state that has a rule of its own for them, in either layout. */
enum Standing {
    OFF_INFO_WORD(Dialect.INFO_WORD),
    OFF_BYTE_FIELDS(Dialect.BYTE_FIELDS),
    /** Before the first READ, which would be the HELLO: there are WRITEs only. */
    IDLE_INFO_WORD(Dialect.INFO_WORD),
    IDLE_BYTE_FIELDS(Dialect.BYTE_FIELDS),
    LEGACY_INFO_WORD(Dialect.INFO_WORD),
    LEGACY_BYTE_FIELDS(Dialect.BYTE_FIELDS),
    LEGACY_DETACHED(Dialect.INFO_WORD),
    VERSION_0_INFO_WORD(Dialect.INFO_WORD),
    VERSION_0_BYTE_FIELDS(Dialect.BYTE_FIELDS),
    VERSION_1(Dialect.INFO_WORD),
    VERSION_2(Dialect.TAGGED),
    /** Version 2 without OUT_OF_ORDER. */
    VERSION_2_IN_ORDER(Dialect.TAGGED);

    /** Those without a READ that is no HELLO. */
    private static final Set<Standing> IDLE = EnumSet.of(IDLE_INFO_WORD, IDLE_BYTE_FIELDS);

    private static final Set<Standing> AGREED =
            EnumSet.of(VERSION_0_INFO_WORD, VERSION_0_BYTE_FIELDS, VERSION_1, VERSION_2, VERSION_2_IN_ORDER);

    /** Those where responses are version 0's. */
    static final List<Standing> OF_VERSION_0 = List.copyOf(EnumSet.range(OFF_INFO_WORD, VERSION_0_BYTE_FIELDS));

    private final Dialect dialect;

    Standing(Dialect dialect) {
        this.dialect = dialect;
    }

    /** An access that K was asked for, and the command that it has sent for it. */
    record Asked(KvmSession talk, Dialect dialect, Command command, Ticket ticket, Frame frame) {
        Frame response(long data) {
            return dialect.response(frame, data);
        }

        /** Answers with {@code response}, which is right, and requires the access done with the data of a READ that count. */
        void answer(Frame response) {
            talk.wire().send(response);
            if (command.op() == Op.READ) {
                talk.kvm().expectValue(ticket, command.access().cut(response.get("data")));
            } else {
                talk.kvm().expectDone(ticket);
            }
        }
    }

    Dialect dialect() {
        return dialect;
    }

    /** Whether a version was agreed here. */
    boolean isAgreed() {
        return AGREED.contains(this);
    }

    /** What K may be asked for here. */
    List<Op> ops() {
        if (IDLE.contains(this)) {
            return List.of(Op.WRITE, Op.POSTED);
        }
        return dialect == Dialect.TAGGED ? List.of(Op.values()) : List.of(Op.READ, Op.WRITE, Op.POSTED);
    }

    /** Those of them that are answered. */
    List<Op> answeredOps() {
        return ops().stream().filter(op -> op != Op.POSTED).toList();
    }

    /** A channel that has come to stand here. */
    KvmSession begin(KvmPeer kvm) {
        Request connect = KvmSession.connect().with("layout", layout().label());
        return switch (this) {
            case OFF_INFO_WORD, OFF_BYTE_FIELDS -> KvmSession.off(kvm, dialect);
            case IDLE_INFO_WORD, IDLE_BYTE_FIELDS -> KvmSession.withoutHello(kvm, connect.with("hello", "attached"));
            case LEGACY_INFO_WORD, LEGACY_BYTE_FIELDS -> {
                KvmSession talk = KvmSession.attached(kvm, connect, KvmSession.MEMORY);
                talk.wire().send(dialect.response().blank());
                KvmSession.expectState(kvm.expectDone(talk.carried().orElseThrow()), "legacy");
                yield talk;
            }
            case LEGACY_DETACHED -> {
                KvmSession talk = KvmSession.detached(kvm, connect.with("hello", "detached"));
                talk.wire().send(dialect.response().blank());
                KvmSession.expectState(kvm.expectDone(talk.channel().connect()), "legacy");
                yield talk;
            }
            case VERSION_0_INFO_WORD, VERSION_0_BYTE_FIELDS ->
                open(kvm, connect, new Terms(0b001, KvmSession.FEATURES, 1));
            case VERSION_1 -> open(kvm, connect, ExchangeChecks.VERSION_1);
            case VERSION_2 -> open(kvm, connect, KvmSession.ALL);
            case VERSION_2_IN_ORDER ->
                open(kvm, connect, new Terms(KvmSession.VERSIONS, KvmSession.FEATURES & ~Forge.OUT_OF_ORDER, 64));
        };
    }

    private static KvmSession open(KvmPeer kvm, Request connect, Terms terms) {
        return KvmSession.detached(kvm, connect.with("hello", "detached")).open(terms);
    }

    /** That of the HELLO. */
    private Dialect layout() {
        return dialect == Dialect.TAGGED ? Dialect.INFO_WORD : dialect;
    }

    /** Asks for {@code command}, takes what K sends for it, and requires that exact in every byte. */
    Asked ask(KvmSession talk, Command command) {
        Ticket ticket = talk.kvm().ask(request(command));
        Frame frame = talk.wire().expect(dialect.command());
        boolean isTagged = dialect == Dialect.TAGGED && command.isAnswered();
        if (isTagged && frame.get("tag") == 0) {
            throw talk.wire().violation("a tag that is not 0", "tag 0");
        }
        Frame wanted = command.in(dialect);
        talk.requireSame(isTagged ? Dialect.tagged(wanted, frame.get("tag")) : wanted, frame);
        if (!command.isAnswered()) {
            talk.kvm().expectDone(ticket);
        }
        return new Asked(talk, dialect, command, ticket, frame);
    }

    /** The same for an access to memory. */
    Asked ask(KvmSession talk, Op op) {
        return ask(talk, new Command(op, KvmSession.MEMORY, -1));
    }

    /** Asks for {@code command} and carries it through. */
    void carryThrough(KvmSession talk, Command command) {
        Asked asked = ask(talk, command);
        if (command.isAnswered()) {
            asked.answer(asked.response(command.op() == Op.READ ? command.data() : 0));
        }
    }

    /** The request for {@code command}. */
    static Request request(Command command) {
        Access access = command.access();
        return switch (command.op()) {
            case READ -> Request.read(access);
            case WRITE -> Request.write(access, command.data());
            case POSTED -> Request.posted(access, command.data());
            case FENCE -> Request.of("fence");
        };
    }

    /** Ends the channel of a case, so that a check with many does not hold as many descriptors. */
    static void end(KvmSession talk) {
        talk.kvm().expectDone(talk.kvm().ask(Request.of("close")));
        talk.wire().close();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
