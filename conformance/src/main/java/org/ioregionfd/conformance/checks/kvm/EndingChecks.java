// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.Arrays;
import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** The end of a channel from either side in each state, and responses in pieces before it. */
@Checks
public class EndingChecks {
    private static final int[] FRAGMENTS = {1, 8, 13, 31};

    @Test
    @Clause({"ABT-001", "FAI-001"})
    void closesWithoutAFrameWhereItHoldsNoOffer(KvmPeer kvm) {
        Channel idle = kvm.connect(KvmSession.connect());
        kvm.expectDone(idle.connect());
        closes(kvm, idle);
        KvmSession helloSent = KvmSession.detached(kvm);
        closes(kvm, helloSent.channel());
        kvm.expectError(helloSent.channel().connect(), "negotiation");
        KvmSession attached = KvmSession.attached(kvm);
        closes(kvm, attached.channel());
        kvm.expectError(attached.carried().orElseThrow(), "maybe-executed");
        KvmSession selectSent = KvmSession.detached(kvm);
        selectSent.select(KvmSession.ALL);
        closes(kvm, selectSent.channel());
        kvm.expectError(selectSent.channel().connect(), "negotiation");
        for (Terms terms : List.of(KvmSession.ALL, new Terms(0b011, 0, 1), new Terms(0b001, 0, 1))) {
            closes(kvm, KvmSession.opened(kvm, terms).channel());
        }
        KvmSession legacy = KvmSession.detached(kvm);
        legacy.wire().send(Dialect.INFO_WORD.response().blank());
        kvm.expectDone(legacy.channel().connect());
        closes(kvm, legacy.channel());
    }

    @Test
    @Clause({"CHN-004", "KST-006"})
    void aFragmentOfAnAcceptIsNotActedOn(KvmPeer kvm) {
        for (int length : FRAGMENTS) {
            KvmSession talk = KvmSession.detached(kvm);
            Frame offer = talk.offer(KvmSession.ALL);
            Frame accept = talk.accept(offer);
            talk.wire().sendBytes(Arrays.copyOf(accept.bytes(), length));
            talk.wire().finish();
            talk.expectFailed();
        }
    }

    @Test
    @Clause({"CHN-004", "FAI-001"})
    void aFragmentOfAResponseIsNotActedOn(KvmPeer kvm) {
        for (Terms terms : List.of(new Terms(0b001, 0, 1), new Terms(0b011, 0, 1), KvmSession.ALL)) {
            for (int length : FRAGMENTS) {
                fragment(KvmSession.opened(kvm, terms), dialect(terms), length);
            }
        }
    }

    /** The same without an agreement: under OFF, and behind an answer without a marker. */
    @Test
    @Clause({"CHN-004", "FAI-001"})
    void aFragmentOfAResponseOfALegacyDeviceIsNotActedOn(KvmPeer kvm) {
        for (int length : FRAGMENTS) {
            fragment(KvmSession.off(kvm, Dialect.BYTE_FIELDS), Dialect.BYTE_FIELDS, length);
            KvmSession legacy = KvmSession.attached(kvm);
            legacy.wire().send(Dialect.INFO_WORD.response().blank());
            kvm.expectDone(legacy.carried().orElseThrow());
            fragment(legacy, Dialect.INFO_WORD, length);
        }
    }

    @Test
    @Clause("CHN-002")
    void responsesMayBeCutAnywhere(KvmPeer kvm) {
        for (Terms terms : List.of(new Terms(0b001, 0, 1), new Terms(0b011, 0, 1), KvmSession.ALL)) {
            KvmSession talk = KvmSession.opened(kvm, terms);
            for (int cut = 1; cut < Registry.FRAME_LENGTH; cut++) {
                Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
                // Some come in three pieces, and the second one is not the last.
                List<Integer> cuts = cut % 4 == 0 ? List.of(cut, cut + 2) : List.of(cut);
                talk.wire().sendCut(answer(talk, dialect(terms), cut), cuts);
                kvm.expectValue(read, cut);
            }
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    /** The SELECT lies unread when the device closes, so that the channel is reset. */
    @Test
    @Clause({"CHN-008", "REJ-002"})
    void readsARejectAlthoughTheChannelIsResetBehindIt(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        talk.wire().send(talk.offer(KvmSession.ALL));
        talk.wire().awaitUnread();
        talk.wire().send(Forge.reject("RESOURCES", 0));
        talk.wire().close();
        talk.expectRejected("RESOURCES");
    }

    /** The second READ is unread when the device closes; the response to the first came before. */
    @Test
    @Clause({"CHN-008", "FAI-001"})
    void takesAResponseAlthoughTheChannelIsResetBehindIt(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket first = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame response = answer(talk, Dialect.TAGGED, 9);
        Ticket second = kvm.ask(Request.read(KvmSession.MEMORY));
        talk.wire().awaitUnread();
        talk.wire().send(response);
        talk.wire().close();
        kvm.expectValue(first, 9);
        kvm.expectError(second, "maybe-executed");
    }

    /** K does not repeat a command that may have been executed, and does not send later what was not sent. */
    @Test
    @Clause({"FAI-002", "HEL-004"})
    void sendsNothingAgainOnTheNextChannel(KvmPeer kvm) {
        KvmSession carrying = KvmSession.attached(kvm);
        carrying.wire().close();
        kvm.expectError(carrying.carried().orElseThrow(), "maybe-executed");
        for (Terms terms :
                List.of(new Terms(0b001, 0, 1), new Terms(0b011, 0, 1), new Terms(KvmSession.VERSIONS, 0, 1))) {
            KvmSession talk = KvmSession.opened(kvm, terms);
            Ticket sent = kvm.ask(Request.write(KvmSession.MEMORY, 1));
            Ticket waiting = kvm.ask(Request.write(KvmSession.MEMORY, 2));
            talk.wire().expect(dialect(terms).command());
            talk.wire().close();
            kvm.expectError(sent, "maybe-executed");
            kvm.expectError(waiting, "not-sent");
        }
        KvmSession next = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x20)));
        Frame command = next.wire().expect(Dialect.TAGGED.command());
        next.requireSame(
                Dialect.tagged(Dialect.TAGGED.read(KvmSession.MEMORY.withOffset(0x20)), command.get("tag")), command);
        next.wire().send(Dialect.TAGGED.response(command, 3));
        kvm.expectValue(read, 3);
    }

    private static void fragment(KvmSession talk, Dialect dialect, int length) {
        Ticket read = talk.kvm().ask(Request.read(KvmSession.MEMORY));
        byte[] response = answer(talk, dialect, 7).bytes();
        talk.wire().sendBytes(Arrays.copyOf(response, length));
        talk.wire().finish();
        talk.expectBroken(read);
    }

    private static void closes(KvmPeer kvm, Channel channel) {
        Ticket close = kvm.ask(Request.of("close"));
        channel.wire().expectClosed();
        KvmSession.expectState(kvm.expectDone(close), "closed");
    }

    /** Takes the requested command of K, and makes its response. */
    private static Frame answer(KvmSession talk, Dialect dialect, long data) {
        return dialect.response(talk.wire().expect(dialect.command()), data);
    }

    private static Dialect dialect(Terms terms) {
        return terms.versions() == KvmSession.ALL.versions() ? Dialect.TAGGED : Dialect.INFO_WORD;
    }
}
