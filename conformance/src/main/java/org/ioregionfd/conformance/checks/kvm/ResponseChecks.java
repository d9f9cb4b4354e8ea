// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** K's reactions to responses in versions 1 and 2, and the ends of its accesses. */
@Checks
public class ResponseChecks {
    /** The faults of a response. */
    private static final List<UnaryOperator<Frame>> NO_RESPONSES = List.of(
            response -> response.with("tag", response.get("tag") ^ 0x4000_0000L),
            response -> response.with("status", 0),
            response -> response.with("status", Registry.standard().unusedCode("statuses")),
            response -> Forge.withByte(response, 31, 1));

    /** Frames of a device that have no place in Open, by the OFFER and the ACCEPT before them. */
    private static final List<BinaryOperator<Frame>> OUT_OF_PLACE = List.of(
            (offer, accept) -> offer,
            (offer, accept) -> accept,
            (offer, accept) -> Forge.reject("POLICY", 0),
            // No more than the marker and a kind that is a status: as a response, one with a tag that is not
            // outstanding.
            (offer, accept) -> Dialect.TAGGED
                    .response()
                    .blank()
                    .with("tag", offer.get("marker"))
                    .with("status", ExchangeChecks.OK));

    @Test
    @Clause({"V2-006", "V2-007"})
    void accessErrorsAreToldAsSuch(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        for (String[] status : new String[][] {
            {"BAD_REGION", "bad-region"}, {"BAD_OFFSET", "bad-offset"}, {"DEVICE_FAULT", "device-fault"}, {"OK", "ok"}
        }) {
            for (Request request : List.of(
                    Request.read(KvmSession.MEMORY), Request.write(KvmSession.MEMORY, 1), Request.of("fence"))) {
                Ticket ticket = kvm.ask(request);
                talk.wire()
                        .send(Dialect.TAGGED
                                .response(ExchangeChecks.tagged(talk), -1)
                                .with("status", Registry.standard().code("statuses", status[0])));
                Answer answer = kvm.expectDone(ticket);
                if (!answer.access().orElse("").equals(status[1])) {
                    throw KvmPeer.wrong("access " + status[1], answer);
                }
            }
        }
    }

    @Test
    @Clause({"V2-005", "FAI-001", "FAI-003"})
    void failsOnAResponseThatIsNone(KvmPeer kvm) {
        for (UnaryOperator<Frame> wrong : NO_RESPONSES) {
            KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
            Frame command = ExchangeChecks.tagged(talk);
            talk.wire().send(wrong.apply(Dialect.TAGGED.response(command, 7)));
            talk.expectBroken(read);
        }
    }

    /** K judges them like any response, and they are not valid ones. */
    @Test
    @Clause({"V2-005", "MRK-001", "FAI-001", "FAI-003"})
    void failsOnAFrameOfTheHandshakeInVersion2(KvmPeer kvm) {
        for (BinaryOperator<Frame> answer : OUT_OF_PLACE) {
            KvmSession talk = KvmSession.detached(kvm);
            Frame offer = talk.offer(KvmSession.ALL);
            Frame accept = talk.accept(offer);
            talk.wire().send(accept);
            kvm.expectDone(talk.channel().connect());
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
            ExchangeChecks.tagged(talk);
            talk.wire().send(answer.apply(offer, accept));
            talk.expectBroken(read);
            talk.expectNextIsNotSent();
        }
    }

    @Test
    @Clause("V1-004")
    void failsOnAResponseOfVersion1ThatIsNotExact(KvmPeer kvm) {
        for (int index : new int[] {8, 12, 31}) {
            KvmSession talk = KvmSession.opened(kvm, ExchangeChecks.VERSION_1);
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
            talk.wire().expect(Dialect.INFO_WORD.command());
            talk.wire().send(Forge.withByte(Dialect.INFO_WORD.response().blank(), index, 1));
            talk.expectBroken(read);
        }
    }

    @Test
    @Clause("KST-008")
    void failsOnAMarkedResponseOfVersion0ThatWasAgreed(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm, KvmSession.connectDetached().with("versions", List.of(2)))
                .open(new Terms(0b011, 0, 1));
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        talk.wire().expect(Dialect.INFO_WORD.command());
        talk.wire().send(talk.offer(KvmSession.ALL));
        talk.expectBroken(read);
    }

    @Test
    @Clause({"V2-005", "FAI-003"})
    void failsOnAResponseThatComesTwice(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket first = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame command = ExchangeChecks.tagged(talk);
        Ticket second = kvm.ask(Request.read(KvmSession.MEMORY));
        ExchangeChecks.tagged(talk);
        talk.wire().send(Dialect.TAGGED.response(command, 7), Dialect.TAGGED.response(command, 8));
        kvm.expectValue(first, 7);
        talk.wire().expectClosed();
        kvm.expectError(second, "maybe-executed");
    }

    @Test
    @Clause("V2-005")
    void failsOnResponsesOutOfOrderThatWereNotSelected(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, new Terms(KvmSession.VERSIONS, Forge.FENCE, 8));
        Ticket first = kvm.ask(Request.read(KvmSession.MEMORY));
        ExchangeChecks.tagged(talk);
        Ticket second = kvm.ask(Request.read(KvmSession.MEMORY));
        talk.wire().send(Dialect.TAGGED.response(ExchangeChecks.tagged(talk), 8));
        talk.expectBroken(first);
        // The right value, but not in its turn.
        kvm.expectError(second, "maybe-executed");
    }

    @Test
    @Clause({"FAI-001", "FAI-002"})
    void everyAccessEndsWhenTheChannelDoes(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        List<Ticket> reads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            reads.add(kvm.ask(Request.read(KvmSession.MEMORY)));
            ExchangeChecks.tagged(talk);
        }
        talk.wire().close();
        reads.forEach(read -> kvm.expectError(read, "maybe-executed"));
        talk.expectNextIsNotSent();
    }
}
