// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.kvm.Standing.Asked;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** The commands that K sends in every state, exact in every byte, whatever their numbers. */
@Checks
public class CommandChecks {
    private static final long HELLO_OFFSET = Registry.standard().helloOffset();
    private static final int SIZES = 4;

    /** So many in a row that one which is sent otherwise than its neighbours is among them. */
    private static final int IN_A_ROW = 6;

    /** Numbers that are one bit, or one bit less, or a sign wherever somebody sees one. */
    private static final List<Long> EDGES = edges();

    private record Sent(Standing standing, Op op) {
        private static List<Sent> all() {
            List<Sent> all = new ArrayList<>();
            for (Standing standing : Standing.values()) {
                standing.ops().stream().filter(op -> op != Op.FENCE).forEach(op -> all.add(new Sent(standing, op)));
            }
            return all;
        }

        @Override
        public String toString() {
            return standing + ", " + op;
        }
    }

    private static List<Long> edges() {
        List<Long> edges = new ArrayList<>(List.of(0L, -1L, 0x1234_5678_9abc_def0L, 0x8000_0000_8000_0000L));
        for (int bit = 0; bit < Long.SIZE; bit++) {
            edges.add(1L << bit);
        }
        for (int bit = 7; bit < Long.SIZE; bit += 8) {
            edges.add(-1L << bit);
            edges.add((1L << (bit + 1)) - 1);
            edges.add(0xffL << (bit - 7));
        }
        return edges;
    }

    /** Region, offset and data at every edge: a number that lacks a byte, or has its bytes in another order, shows. */
    @Test
    @Clause({"CHN-001", "V0-001", "V1-001", "V2-001", "MRK-003"})
    void everyNumberIsSentAsItIs(KvmPeer kvm) {
        KvmCases.each(kvm, Sent.all(), 6, sent -> {
            KvmSession talk = sent.standing.begin(kvm);
            for (int i = 0; i < EDGES.size(); i++) {
                long edge = EDGES.get(i);
                long other = EDGES.get((i + 5) % EDGES.size());
                // [V0-004] the one offset that has a meaning of its own is another check's
                sent.standing.carryThrough(talk, new Command(sent.op, new Access(edge, other, i % SIZES), edge));
            }
            Standing.end(talk);
        });
    }

    /** The HELLO of a READ, in this layout, with the number at {@code edge}. */
    private record Carried(Dialect layout, int edge) {
        Access access() {
            return new Access(EDGES.get(edge), EDGES.get((edge + 5) % EDGES.size()), edge % SIZES);
        }

        @Override
        public String toString() {
            return layout.label() + ", a HELLO at " + access();
        }
    }

    @Test
    @Clause({"HEL-007", "CHN-001"})
    void aHelloHasEveryNumberOfItsRead(KvmPeer kvm) {
        List<Carried> cases = new ArrayList<>();
        for (int edge = 0; edge < EDGES.size(); edge++) {
            cases.add(new Carried(Dialect.INFO_WORD, edge));
            cases.add(new Carried(Dialect.BYTE_FIELDS, edge));
        }
        KvmCases.each(kvm, cases, 6, carried -> {
            Access access = carried.access();
            KvmSession talk =
                    KvmSession.attached(kvm, KvmSession.connect().with("layout", carried.layout.label()), access);
            talk.wire().require("user_data", access.userData(), talk.hello().get("user_data"));
            talk.wire().require("offset", access.offset(), talk.hello().get("offset"));
            talk.wire().require("data", 0, talk.hello().get("data"));
            talk.wire().send(carried.layout.response().blank());
            kvm.expectDone(talk.carried().orElseThrow());
            Standing.end(talk);
        });
    }

    /** Only HELLO_OFFSET itself, and not what shares all but one of its bits, is refused; in Open not even that. */
    @Test
    @Clause({"V0-004", "KST-010"})
    void nothingButHelloOffsetIsRefused(KvmPeer kvm) {
        KvmCases.each(kvm, Sent.all(), 4, sent -> {
            KvmSession talk = sent.standing.begin(kvm);
            for (int exponent = 0; exponent < SIZES; exponent++) {
                Command there = new Command(sent.op, new Access(1, HELLO_OFFSET, exponent), 1);
                if (sent.standing.isAgreed()) {
                    sent.standing.carryThrough(talk, there);
                } else {
                    kvm.expectError(kvm.ask(Standing.request(there)), "not-sent");
                }
            }
            for (int bit = 0; bit < Long.SIZE; bit++) {
                Access beside = new Access(1, HELLO_OFFSET ^ 1L << bit, bit % SIZES);
                sent.standing.carryThrough(talk, new Command(sent.op, beside, 1));
            }
            for (long offset : new long[] {HELLO_OFFSET & 0xffff_ffffL, HELLO_OFFSET >>> 32, ~HELLO_OFFSET, -256}) {
                sent.standing.carryThrough(talk, new Command(sent.op, new Access(1, offset, 2), 1));
            }
            Standing.end(talk);
        });
    }

    @Test
    @Clause({"ACE-003", "V0-001", "V1-001", "V2-001"})
    void aWriteHasNoBitAboveItsSize(KvmPeer kvm) {
        List<Sent> cases =
                Sent.all().stream().filter(sent -> sent.op != Op.READ).toList();
        KvmCases.each(kvm, cases, 3, sent -> {
            KvmSession talk = sent.standing.begin(kvm);
            for (int exponent = 0; exponent < SIZES; exponent++) {
                for (long data : new long[] {-1, -1L << (4 << exponent), 0x8181_8181_8181_8181L}) {
                    // The request says more than the access holds.
                    Access access = new Access(1, 0x10, exponent);
                    Ticket ticket = kvm.ask(Standing.request(new Command(sent.op, access, 0))
                            .with("value", "0x" + Long.toHexString(data)));
                    Frame frame = talk.wire().expect(sent.standing.dialect().command());
                    talk.wire().require("data", access.cut(data), frame.get("data"));
                    if (sent.op == Op.WRITE) {
                        talk.wire().send(sent.standing.dialect().response(frame, 0));
                    }
                    kvm.expectDone(ticket);
                }
            }
            Standing.end(talk);
        });
    }

    /** A byte that carries nothing does not carry what an earlier command or response had there. */
    @Test
    @Clause({"SEC-002", "V0-001", "V1-001", "V2-001"})
    void noCommandHoldsWhatAnotherHeld(KvmPeer kvm) {
        KvmCases.each(kvm, List.of(Standing.values()), 2, standing -> {
            KvmSession talk = standing.begin(kvm);
            List<Op> ops = standing.ops();
            for (Op before : ops) {
                for (Op after : ops) {
                    Asked full = standing.ask(talk, new Command(before, new Access(-1, -1, 3), -1));
                    if (before != Op.POSTED) {
                        full.answer(full.response(before == Op.READ ? -1 : 0));
                    }
                    standing.carryThrough(talk, new Command(after, new Access(0, 0, 0), 0));
                }
            }
            Standing.end(talk);
        });
    }

    /** Commands in a row, of each kind and mixed: where the handshake is over none bears its marker again. */
    @Test
    @Clause({"MRK-003", "KST-002"})
    void noCommandIsMarked(KvmPeer kvm) {
        KvmCases.each(kvm, List.of(Standing.values()), 3, standing -> {
            KvmSession talk = standing.begin(kvm);
            for (Op op : standing.ops()) {
                for (int i = 0; i < IN_A_ROW; i++) {
                    Access access = new Access(i % 2, 8L * i, i % SIZES);
                    standing.carryThrough(talk, new Command(op, access, i));
                }
            }
            for (int i = 0; i < IN_A_ROW * IN_A_ROW; i++) {
                Op op = standing.ops().get(kvm.random().nextInt(standing.ops().size()));
                standing.carryThrough(
                        talk, new Command(op, KvmSession.MEMORY, kvm.random().nextLong()));
            }
            Standing.end(talk);
        });
    }

    /** Two accesses, of which the second has to wait for the response of the first. */
    private record Beside(Standing standing, Op first, Op second) {
        @Override
        public String toString() {
            return "%s, a %s beside a %s without a response".formatted(standing, second, first);
        }
    }

    @Test
    @Clause({"V1-002", "V0-002", "HEL-003"})
    void nothingIsSentBesideACommandWithoutAResponse(KvmPeer kvm) {
        List<Beside> cases = new ArrayList<>();
        for (Standing standing : Standing.values()) {
            if (standing.dialect() != Dialect.TAGGED) {
                for (Op first : standing.answeredOps()) {
                    for (Op second : List.of(Op.READ, Op.WRITE, Op.POSTED)) {
                        cases.add(new Beside(standing, first, second));
                    }
                }
            }
        }
        KvmCases.each(kvm, cases, 4, beside -> {
            KvmSession talk = beside.standing.begin(kvm);
            Asked first = beside.standing.ask(talk, beside.first);
            Ticket second = kvm.ask(Standing.request(new Command(beside.second, KvmSession.MEMORY, 1)));
            kvm.awaitRead();
            // Instead of the response the stream ends: what was sent already would stand before K's own end.
            talk.wire().finish();
            talk.expectBroken(first.ticket());
            kvm.expectError(second, "not-sent");
            talk.wire().close();
        });
    }

    /** How far a handshake has come when the first access waits for its end. */
    private enum Waiting {
        FOR_THE_OFFER,
        FOR_THE_SELECT,
        FOR_THE_ACCEPT
    }

    /** What waits first, where, and what is then agreed. */
    private record First(Waiting waiting, Op op, Standing agreed) {
        @Override
        public String toString() {
            return "a %s is the first thing that waits %s of %s"
                    .formatted(op, waiting.name().toLowerCase(Locale.ROOT).replace('_', ' '), agreed);
        }
    }

    @Test
    @Clause({"KST-010", "SEL-005", "HEL-003", "DRV-002"})
    void whatWaitsFirstIsSentByTheAgreement(KvmPeer kvm) {
        List<First> cases = new ArrayList<>();
        for (Waiting waiting : Waiting.values()) {
            for (Standing agreed : List.of(Standing.VERSION_0_INFO_WORD, Standing.VERSION_1, Standing.VERSION_2)) {
                agreed.ops().forEach(op -> cases.add(new First(waiting, op, agreed)));
            }
        }
        KvmCases.each(kvm, cases, 5, first -> waitsFirst(kvm, first));
    }

    private static void waitsFirst(KvmPeer kvm, First first) {
        KvmSession talk = KvmSession.attached(kvm);
        Command command = new Command(first.op, KvmSession.MEMORY.withOffset(0x20), 5);
        Ticket ticket = new Ticket(0, "");
        if (first.waiting == Waiting.FOR_THE_OFFER) {
            ticket = kvm.ask(Standing.request(command));
            kvm.awaitRead();
        }
        long versions = first.agreed == Standing.VERSION_2 ? 7 : first.agreed == Standing.VERSION_1 ? 3 : 1;
        Frame offer = talk.offer(new Forge.Terms(versions, KvmSession.FEATURES, 4));
        talk.wire().send(offer);
        kvm.expectDone(talk.carried().orElseThrow());
        if (first.waiting == Waiting.FOR_THE_SELECT) {
            ticket = kvm.ask(Standing.request(command));
        }
        if (first.waiting == Waiting.FOR_THE_ACCEPT) {
            // A K may keep its SELECT for the next use of the channel, which is this READ; it goes first.
            Ticket read = kvm.ask(Standing.request(new Command(Op.READ, KvmSession.MEMORY, 0)));
            Frame select = talk.wire().expect("SELECT");
            ticket = kvm.ask(Standing.request(command));
            kvm.awaitRead();
            talk.wire().send(Forge.accept(talk.hello(), offer, select));
            Dialect dialect = first.agreed.dialect();
            Frame sent = talk.wire().expect(dialect.command());
            talk.wire().send(dialect.response(sent, 1));
            kvm.expectValue(read, 1);
        } else {
            Frame select = talk.wire().expect("SELECT");
            talk.wire().send(Forge.accept(talk.hello(), offer, select));
        }
        expectSent(talk, first.agreed, command, ticket);
        Standing.end(talk);
    }

    private static void expectSent(KvmSession talk, Standing agreed, Command command, Ticket ticket) {
        Frame frame = talk.wire().expect(agreed.dialect().command());
        Frame wanted = command.in(agreed.dialect());
        boolean isTagged = agreed.dialect() == Dialect.TAGGED && command.isAnswered();
        talk.requireSame(isTagged ? Dialect.tagged(wanted, frame.get("tag")) : wanted, frame);
        if (command.isAnswered()) {
            talk.wire().send(agreed.dialect().response(frame, 0));
        }
        talk.kvm().expectDone(ticket);
    }
}
