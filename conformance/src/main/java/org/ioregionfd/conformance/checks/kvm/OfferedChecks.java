// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Between the OFFER and the SELECT: what uses the channel, and what may lie behind the OFFER. */
@Checks
public class OfferedChecks {
    /** It waits for the agreement, and is an access to that offset then. */
    @Test
    @Clause({"V0-004", "SEL-007"})
    void anAccessAtHelloOffsetIsSentOnceAVersionIsAgreed(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(kvm);
        Frame offer = talk.offer(KvmSession.ALL);
        Access at = KvmSession.MEMORY.withOffset(Registry.standard().helloOffset());
        Ticket early = kvm.ask(Request.read(at));
        talk.wire().send(offer);
        kvm.expectDone(talk.carried().orElseThrow());
        Ticket late = kvm.ask(Request.write(at, 1));
        talk.wire().send(Forge.accept(talk.hello(), offer, talk.wire().expect("SELECT")));
        Frame read = ExchangeChecks.tagged(talk);
        talk.requireSame(Dialect.tagged(Dialect.TAGGED.read(at), read.get("tag")), read);
        expectBadOffset(talk, read, early);
        Frame write = ExchangeChecks.tagged(talk);
        talk.requireSame(Dialect.tagged(Dialect.TAGGED.write(at, 1), write.get("tag")), write);
        expectBadOffset(talk, write, late);
    }

    @Test
    @Clause("SEL-007")
    void theNextAccessFindsTheSelectSent(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(kvm);
        Frame offer = talk.offer(KvmSession.ALL);
        talk.wire().send(offer);
        kvm.expectDone(talk.carried().orElseThrow());
        Ticket next = kvm.ask(Request.read(KvmSession.MEMORY));
        talk.wire().send(Forge.accept(talk.hello(), offer, talk.wire().expect("SELECT")));
        Frame command = ExchangeChecks.tagged(talk);
        talk.wire().send(Dialect.TAGGED.response(command, 3));
        kvm.expectValue(next, 3);
    }

    /** The reason is told, whoever else is at fault. */
    @Test
    @Clause({"KST-011", "SEL-006"})
    void anOfferThatIsNotAcceptableIsAnsweredWhateverLiesBehindIt(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        Frame offer = talk.offer(KvmSession.ALL.withWindow(0));
        talk.wire().send(offer, offer);
        talk.expectAbort("BAD_WINDOW", 0);
    }

    /** What a device can foretell is no answer all the same. */
    @Test
    @Clause({"KST-009", "ABT-001"})
    void anAcceptThatLiesBehindTheOfferAnswersNothing(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        Frame offer = talk.offer(KvmSession.ALL);
        Frame select = Forge.select(talk.hello(), offer, new Choice(2, KvmSession.FEATURES, 64));
        talk.failsOn(offer, Forge.accept(talk.hello(), offer, select));
    }

    private static void expectBadOffset(KvmSession talk, Frame command, Ticket asked) {
        talk.wire().send(Dialect.TAGGED.answer(command, new End("BAD_OFFSET", 0xff)));
        Answer answer = talk.kvm().expectDone(asked);
        if (!answer.access().orElse("").equals("bad-offset")) {
            throw KvmPeer.wrong("access bad-offset", answer);
        }
    }
}
