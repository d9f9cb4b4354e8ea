// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.kvm.Standing.Asked;
import org.ioregionfd.conformance.checks.kvm.WrongValues.Bend;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.FrameShape;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** A response with anything wrong, to every kind of command, in every state that has a rule for it. */
@Checks
public class WrongResponseChecks {
    private static final FrameShape TAGGED = Dialect.TAGGED.response();
    private static final List<Op> OPS = List.of(Op.READ, Op.WRITE, Op.FENCE);
    private static final List<Integer> STATUSES =
            Registry.standard().codes("statuses").stream().sorted().toList();
    private static final long OK = ExchangeChecks.OK;
    private static final int MARKER = Registry.standard().markerOffset(Sender.D);

    /** Kinds that mean something, or nearly do. */
    private static final int[] KINDS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0x53, 0x7f, 0x80, 0x82, 0x84, 0x85, 0xff};

    private record Case(Standing standing, Op op, long status, Bend bend) {
        @Override
        public String toString() {
            String answer = status == OK ? "" : ", status " + status;
            return "%s, the response of a %s%s with %s".formatted(standing, op, answer, bend);
        }

        /** Asks for the command, answers it so, and requires that K fails. */
        void isFailedOn(KvmPeer kvm) {
            KvmSession talk = standing.begin(kvm);
            Asked asked = standing.ask(talk, op);
            Frame right = asked.response(0);
            Frame wrong = bend.of(status == OK ? right : right.with("status", status));
            if (wrong.equals(right)) {
                asked.answer(right);
                Standing.end(talk);
                return;
            }
            talk.wire().send(wrong);
            talk.expectBroken(asked.ticket());
            talk.wire().close();
        }
    }

    @Test
    @Clause({"V1-004", "KST-008", "FAI-001"})
    void failsOnABitInThePaddingOfVersion1(KvmPeer kvm) {
        List<Case> cases = new ArrayList<>();
        for (Op op : Standing.VERSION_1.answeredOps()) {
            WrongValues.bits(Long.BYTES, Registry.FRAME_LENGTH)
                    .forEach(bit -> cases.add(new Case(Standing.VERSION_1, op, OK, bit)));
        }
        KvmCases.each(kvm, cases, 16, wrong -> wrong.isFailedOn(kvm));
    }

    /** Two bytes that are equal, one or two words apart: where words are added up they may cancel. */
    @Test
    @Clause({"V1-004", "FAI-001"})
    void failsOnTwoEqualBytesInThePaddingOfVersion1(KvmPeer kvm) {
        List<Case> cases = new ArrayList<>();
        for (int index = Long.BYTES; index < Registry.FRAME_LENGTH - Long.BYTES; index++) {
            for (int other = index + Long.BYTES; other < Registry.FRAME_LENGTH; other += Long.BYTES) {
                cases.add(new Case(Standing.VERSION_1, Op.READ, OK, both(index, other, 0x80)));
                cases.add(new Case(Standing.VERSION_1, Op.WRITE, OK, both(index, other, 0xff)));
            }
        }
        KvmCases.each(kvm, cases, 6, wrong -> wrong.isFailedOn(kvm));
    }

    private static Bend both(int index, int other, int value) {
        return new Bend(
                "bytes %d and %d 0x%02x".formatted(index, other, value),
                frame -> Forge.withByte(Forge.withByte(frame, index, value), other, value));
    }

    @Test
    @Clause({"V2-005", "FAI-001"})
    void failsOnABitInAReservedByteOfVersion2(KvmPeer kvm) {
        List<Bend> bits = WrongValues.bits(14, Registry.FRAME_LENGTH);
        List<Case> cases = new ArrayList<>();
        for (Op op : OPS) {
            for (int status : STATUSES) {
                // With a status that is not OK each op has a third of the bits.
                bits.stream()
                        .filter(bit -> status == OK || bits.indexOf(bit) % OPS.size() == OPS.indexOf(op))
                        .forEach(bit -> cases.add(new Case(Standing.VERSION_2, op, status, bit)));
            }
        }
        KvmCases.each(kvm, cases, 10, wrong -> wrong.isFailedOn(kvm));
    }

    @Test
    @Clause({"V2-005", "FAI-001"})
    void failsOnAStatusThatNobodyKnows(KvmPeer kvm) {
        List<Bend> bends =
                new ArrayList<>(WrongValues.edges(TAGGED.field("status"), 5, 6, 8, 0xff, 0x101, 0x102, 0x104, 0x8002));
        bends.addAll(WrongValues.bits(12, 14));
        List<Case> cases = new ArrayList<>();
        for (Op op : OPS) {
            for (Standing standing : List.of(Standing.VERSION_2, Standing.VERSION_2_IN_ORDER)) {
                bends.stream()
                        .filter(bend -> !STATUSES.contains(
                                (int) bend.of(TAGGED.blank().with("status", OK)).get("status")))
                        .forEach(bend -> cases.add(new Case(standing, op, OK, bend)));
            }
        }
        KvmCases.each(kvm, cases, 6, wrong -> wrong.isFailedOn(kvm));
    }

    @Test
    @Clause({"V2-005", "FAI-003", "FAI-001"})
    void failsOnATagThatIsNotOutstanding(KvmPeer kvm) {
        long marker = Registry.standard().shape("OFFER").blank().get("marker");
        List<Bend> bends = new ArrayList<>(WrongValues.edges(TAGGED.field("tag"), marker, 0xffff, 0x1_0000));
        bends.addAll(WrongValues.bits(8, 12));
        List<Case> cases = new ArrayList<>();
        for (Op op : OPS) {
            bends.forEach(bend -> cases.add(new Case(Standing.VERSION_2, op, OK, bend)));
            bends.forEach(bend -> cases.add(new Case(Standing.VERSION_2_IN_ORDER, op, OK, bend)));
        }
        KvmCases.each(kvm, cases, 8, wrong -> wrong.isFailedOn(kvm));
    }

    @Test
    @Clause({"KST-008", "FAI-001"})
    void failsOnAMarkedResponseOfAnyKind(KvmPeer kvm) {
        List<Case> cases = new ArrayList<>();
        List<Standing> standings = new ArrayList<>(Standing.OF_VERSION_0);
        standings.add(Standing.VERSION_1);
        for (Standing standing : standings) {
            for (Op op : standing.answeredOps()) {
                for (int kind : KINDS) {
                    cases.add(new Case(standing, op, OK, marked(kind)));
                }
            }
        }
        for (int kind = 0; kind <= 0xff; kind++) {
            cases.add(new Case(Standing.LEGACY_INFO_WORD, Op.READ, OK, marked(kind)));
        }
        KvmCases.each(kvm, cases, 10, wrong -> wrong.isFailedOn(kvm));
    }

    private static Bend marked(int kind) {
        return new Bend("the marker and kind 0x%02x".formatted(kind), frame -> {
            byte[] bytes = frame.bytes();
            byte[] marker = Registry.standard().marker();
            System.arraycopy(marker, 0, bytes, MARKER, marker.length);
            bytes[MARKER + marker.length] = (byte) kind;
            return new Frame(frame.shape(), bytes);
        });
    }

    /** Commands that were sent; {@code before} of them are answered in their turn, and then the one behind the next. */
    private record OutOfTurn(List<Op> ops, int before, long status) {
        @Override
        public String toString() {
            return "%s outstanding, %d answered in turn, then number %d with status %d"
                    .formatted(ops, before, before + 2, status);
        }
    }

    /** The next one's own tag, in a response that is right but for its turn. */
    @Test
    @Clause({"V2-005", "FAI-001"})
    void failsOnAnyResponseOutOfTurn(KvmPeer kvm) {
        List<OutOfTurn> cases = new ArrayList<>();
        for (Op first : OPS) {
            for (Op second : OPS) {
                cases.add(new OutOfTurn(List.of(first, second), 0, OK));
                cases.add(new OutOfTurn(List.of(first, second), 0, 4));
                cases.add(new OutOfTurn(List.of(second, first, second), 1, 2));
            }
        }
        for (int count : new int[] {8, 9, 10, 16, 17, 33, 64}) {
            List<Op> ops = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ops.add(OPS.get(kvm.random().nextInt(OPS.size())));
            }
            cases.add(new OutOfTurn(ops, 0, OK));
            cases.add(new OutOfTurn(ops, count - 2, OK));
        }
        KvmCases.each(kvm, cases, 4, turn -> failsOutOfTurn(kvm, turn));
    }

    private static void failsOutOfTurn(KvmPeer kvm, OutOfTurn turn) {
        KvmSession talk = Standing.VERSION_2_IN_ORDER.begin(kvm);
        List<Ticket> tickets = new ArrayList<>();
        for (Op op : turn.ops) {
            tickets.add(kvm.ask(Standing.request(new Command(op, KvmSession.MEMORY, 1))));
        }
        List<Frame> responses = new ArrayList<>();
        for (int i = 0; i < turn.ops.size(); i++) {
            responses.add(Dialect.TAGGED.response(ExchangeChecks.tagged(talk), 0));
        }
        List<Frame> sent = new ArrayList<>(responses.subList(0, turn.before));
        sent.add(responses.get(turn.before + 1).with("status", turn.status));
        talk.wire().send(sent);
        talk.wire().expectClosed();
        for (int i = 0; i < tickets.size(); i++) {
            if (i < turn.before) {
                kvm.expectDone(tickets.get(i));
            } else {
                kvm.expectError(tickets.get(i), "maybe-executed");
            }
        }
        talk.wire().close();
    }
}
