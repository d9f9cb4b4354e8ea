// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.EndsThePeer;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.junit.jupiter.api.Test;

/** The driver itself: its answers to its input. */
@Checks
public class DriverChecks {
    /** The simplest handshake, with which each run begins. */
    @Test
    @Clause("DRV-007")
    void connectsAndSendsAHello(KvmPeer kvm) {
        KvmSession.detached(kvm);
    }

    @Test
    @Clause("DRV-001")
    void linesThatAreNoRequestsAreUsageErrors(KvmPeer kvm) {
        for (String line : List.of("", "junk", "{", "[]", "7", "\"connect\"", "{\"op\": \"connect\"}", "{}", "null")) {
            kvm.sendLine(line);
            Answer answer = kvm.awaitWithoutId();
            if (!answer.status().equals("error")
                    || !answer.error().equals("usage")
                    || answer.id().isPresent()) {
                throw KvmPeer.wrong("error usage with id null to the line " + line, answer);
            }
        }
    }

    @Test
    @Clause("DRV-007")
    void requestsThatMakeNoSenseAreUsageErrors(KvmPeer kvm) {
        KvmSession.opened(kvm, KvmSession.ALL);
        Request read = Request.read(KvmSession.MEMORY);
        for (Request wrong : List.of(
                Request.of("read"),
                read.with("size", 9),
                read.with("size", "four"),
                read.with("offset", "sixteen"),
                read.with("offset", "0x11112222333344445"),
                Request.of("write").with("region", "0x1").with("offset", "0x0").with("size", 4))) {
            kvm.expectError(kvm.ask(wrong), "usage");
        }
    }

    @Test
    @Clause("DRV-007")
    void connectingTwiceIsAUsageErrorAndLeavesTheChannelOpen(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        kvm.expectError(kvm.ask(KvmSession.connectDetached()), "usage");
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        answer(talk, talk.wire().expect(Dialect.TAGGED.command()), 4);
        kvm.expectValue(read, 4);
    }

    @Test
    @Clause("DRV-002")
    void aLaterAccessDoesNotWaitForAnEarlierOne(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket slow = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame held = talk.wire().expect(Dialect.TAGGED.command());
        Ticket fast = kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x20)));
        Frame next = talk.wire().expect(Dialect.TAGGED.command());
        answer(talk, next, 2);
        kvm.expectValue(fast, 2);
        answer(talk, held, 1);
        kvm.expectValue(slow, 1);
    }

    @Test
    @Clause({"DRV-002", "WIN-001"})
    void aPostedWriteDoesNotOvertakeAReadThatWaitsForTheWindow(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL.withWindow(1));
        Ticket first = kvm.ask(Request.read(KvmSession.MEMORY));
        Ticket waiting = kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x20)));
        Ticket posted = kvm.ask(Request.posted(KvmSession.MEMORY, 5));
        kvm.awaitRead();
        answer(talk, talk.wire().expect(Dialect.TAGGED.command()), 1);
        kvm.expectValue(first, 1);
        Frame next = talk.wire().expect(Dialect.TAGGED.command());
        talk.requireSame(
                Dialect.tagged(Dialect.TAGGED.read(KvmSession.MEMORY.withOffset(0x20)), next.get("tag")), next);
        answer(talk, next, 2);
        kvm.expectValue(waiting, 2);
        talk.expectCommand(Dialect.TAGGED.posted(KvmSession.MEMORY, 5));
        kvm.expectDone(posted);
    }

    @Test
    @EndsThePeer
    @Clause({"DRV-005", "FAI-001"})
    void whatIsOpenAtTheEndOfTheInputIsAnsweredAndTheDriverEnds(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL.withWindow(1));
        Ticket sent = kvm.ask(Request.read(KvmSession.MEMORY));
        Ticket waiting = kvm.ask(Request.read(KvmSession.MEMORY));
        talk.wire().expect(Dialect.TAGGED.command());
        kvm.endInput();
        talk.expectBroken(sent);
        kvm.expectError(waiting, "not-sent");
        kvm.expectEnd();
    }

    /** What D did wrong is no fault of the driver. */
    @Test
    @EndsThePeer
    @Clause("DRV-005")
    void theExitCodeTellsNothingOfAChannelThatFailed(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame command = talk.wire().expect(Dialect.TAGGED.command());
        talk.wire().send(Dialect.TAGGED.response(command, 7).with("status", 0));
        talk.expectBroken(read);
        kvm.endInput();
        kvm.expectEnd();
    }

    @Test
    @Clause("DRV-008")
    @Needs(Ability.OFF_ONLY)
    void aKThatCanOnlyBeOffSaysSoAndIsOff(KvmPeer kvm) {
        for (Request other : List.of(
                KvmSession.connect(),
                KvmSession.connectDetached(),
                KvmSession.connectRequire(),
                KvmSession.connect().with("policy", "prefer").with("hello", "attached"))) {
            Answer answer = kvm.expectUnsupported(kvm.ask(other));
            if (!KvmBaseline.isOffOnly(answer)) {
                throw KvmPeer.wrong("policies [\"off\"]", answer);
            }
        }
        KvmSession talk = KvmSession.off(kvm, Dialect.INFO_WORD);
        talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 1);
    }

    @Test
    @EndsThePeer
    @TakesTime
    @Clause("DRV-005")
    void aHandshakeThatIsUnderWayAtTheEndOfTheInputIsAnswered(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        kvm.endInput();
        talk.wire().expectClosed();
        kvm.expectError(talk.channel().connect(), "negotiation");
        kvm.expectEnd();
    }

    @Test
    @Clause("DRV-003")
    void anAccessWithoutAChannelIsNotSent(KvmPeer kvm) {
        kvm.expectError(kvm.ask(Request.read(KvmSession.MEMORY)), "not-sent");
        kvm.expectError(kvm.ask(Request.write(KvmSession.MEMORY, 1)), "not-sent");
        kvm.expectError(kvm.ask(Request.posted(KvmSession.MEMORY, 1)), "not-sent");
        kvm.expectError(kvm.ask(Request.of("fence")), "not-sent");
    }

    @Test
    @Clause("DRV-003")
    void connectAndCloseMayBeRepeated(KvmPeer kvm) {
        for (int i = 0; i < 3; i++) {
            KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
            KvmSession.expectState(kvm.expectDone(kvm.ask(Request.of("close"))), "closed");
            talk.wire().expectClosed();
        }
    }

    /** What has failed is closed all the same once its user closes it. */
    @Test
    @Clause("DRV-006")
    void aFailedChannelIsClosedBehindItsClose(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        talk.wire().expect(Dialect.TAGGED.command());
        talk.wire().finish();
        KvmSession.expectState(kvm.expectError(read, "maybe-executed"), "failed");
        KvmSession.expectState(kvm.expectDone(kvm.ask(Request.of("close"))), "closed");
        KvmSession.expectState(kvm.expectError(kvm.ask(Request.read(KvmSession.MEMORY)), "not-sent"), "closed");
    }

    /** A value is a READ's alone, and how an access ended is told in version 2 alone, and not of a posted WRITE. */
    @Test
    @Clause("DRV-007")
    void anAnswerHasTheMembersOfItsRow(KvmPeer kvm) {
        for (Terms terms : List.of(KvmSession.ALL, ExchangeChecks.VERSION_1)) {
            KvmSession talk = KvmSession.opened(kvm, terms);
            boolean isTagged = terms.equals(KvmSession.ALL);
            Dialect dialect = isTagged ? Dialect.TAGGED : Dialect.INFO_WORD;
            for (Request request : List.of(Request.read(KvmSession.MEMORY), Request.write(KvmSession.MEMORY, 1))) {
                Ticket access = kvm.ask(request);
                talk.wire().send(dialect.response(talk.wire().expect(dialect.command()), 0));
                requireMembers(kvm.expectDone(access), request.op().equals("read"), isTagged);
            }
            Ticket posted = kvm.ask(Request.posted(KvmSession.MEMORY, 1));
            talk.wire().expect(dialect.command());
            requireMembers(kvm.expectDone(posted), false, false);
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    private static void requireMembers(Answer answer, boolean isRead, boolean isTold) {
        if (answer.member("value").isPresent() != isRead
                || answer.member("access").isPresent() != isTold) {
            throw KvmPeer.wrong((isRead ? "a" : "no") + " value and " + (isTold ? "an" : "no") + " access", answer);
        }
    }

    private static void answer(KvmSession talk, Frame command, long data) {
        talk.wire().send(Dialect.TAGGED.response(command, data));
    }
}
