// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** K's reactions to wrong, late and missing answers, and to right answers in pieces. */
@Checks
public class AnswerChecks {
    private static final int PLACE_OF_MARKER = Registry.standard().markerOffset(Sender.D);

    /** Frames that answer no SELECT, by the OFFER before it. */
    private static final List<UnaryOperator<Frame>> NO_ANSWERS = List.of(
            offer -> Dialect.INFO_WORD.response().blank(),
            offer -> offer,
            offer -> offer.with("kind", 7),
            offer -> offer.with("kind", 9));

    /** Other ends of a channel, in place of this answer to its HELLO. */
    private static final List<BiConsumer<KvmSession, Frame>> SPOILT = List.of(
            (talk, offer) -> talk.wire().finish(),
            (talk, offer) -> {
                talk.wire().sendBytes(Arrays.copyOf(offer.bytes(), Long.BYTES));
                talk.wire().finish();
            },
            (talk, offer) -> talk.wire().send(offer.with("nonce", offer.get("nonce") ^ 1)),
            (talk, offer) -> talk.wire().send(offer.with("kind", 7)));

    @Test
    @Clause("ACC-003")
    void failsOnAnyOtherAnswerToASelect(KvmPeer kvm) {
        for (UnaryOperator<Frame> wrong : NO_ANSWERS) {
            KvmSession talk = KvmSession.detached(kvm);
            Frame offer = talk.offer(KvmSession.ALL);
            talk.select(offer);
            talk.failsOn(wrong.apply(offer));
        }
    }

    /** The kind that is kept free for ever: behind a marker of five bytes stood kind and terms, and the nonce at the end. */
    @Test
    @Clause({"KST-004", "ABT-001", "KST-007"})
    void failsOnAnOfferOfTheFirstDraft(KvmPeer kvm) {
        int kept = Registry.standard().code("kinds", "KEPT_83");
        KvmSession detached = KvmSession.detached(kvm);
        detached.failsOn(firstDraft(detached.offer(KvmSession.ALL), kept));
        KvmSession attached = KvmSession.attached(kvm);
        attached.wire().isClosedBy(firstDraft(attached.offer(KvmSession.ALL), kept));
        kvm.expectError(attached.carried().orElseThrow(), "maybe-executed");
        attached.expectNextIsNotSent();
    }

    private static Frame firstDraft(Frame offer, int kept) {
        return offer.with("kind", kept).with("nonce", offer.get("kind")).with("reserved", offer.get("nonce"));
    }

    @Test
    @Clause({"REJ-002", "ABT-001"})
    void failsOnAReject(KvmPeer kvm) {
        for (Frame reject : List.of(
                Forge.reject("DIGEST_MISMATCH", 0x1234),
                Forge.reject("RESOURCES", 0),
                // Reserved bytes do not make it anything else.
                Forge.withByte(Forge.reject("DIGEST_MISMATCH", 1), 0, 1),
                Forge.withByte(Forge.reject("BAD_WINDOW", 1), 7, 0x80),
                Forge.withByte(Forge.reject("BAD_WINDOW", 1), 13, 0x80),
                Forge.withByte(Forge.reject("POLICY", 0), 24, 0xff),
                Forge.withByte(Forge.reject("RESERVED_NOT_ZERO", 1), 31, 1),
                Forge.reject("RESOURCES", -1).with("reason", 0xbeef))) {
            KvmSession talk = KvmSession.detached(kvm);
            talk.select(KvmSession.ALL);
            talk.wire().isClosedBy(reject);
            talk.expectRejected(Registry.standard().name("reasons", reject.get("reason")));
        }
    }

    /** It is a REJECT that answers the SELECT, whatever it holds. */
    @Property
    @Clause({"REJ-002", "ABT-001"})
    void failsOnAnyReject(KvmPeer kvm, @ForAll @IntRange(max = 0xffff) int reason, @ForAll long detail) {
        KvmSession talk = KvmSession.detached(kvm);
        talk.select(KvmSession.ALL);
        talk.wire().isClosedBy(Forge.reject("POLICY", detail).with("reason", reason));
        Answer answer = kvm.expectError(talk.channel().connect(), "negotiation");
        // A K that is older than the registry also has no name for the reason.
        String name = Registry.standard().name("reasons", reason);
        String said = answer.toString();
        if (!said.contains(name) && !said.contains(Registry.known().name("reasons", reason))) {
            throw KvmPeer.wrong("a message with the reason " + name, answer);
        }
        // A detail of 0 needs no words.
        String digits = Long.toHexString(detail);
        if (detail != 0 && !said.toLowerCase(Locale.ROOT).contains(digits)) {
            throw KvmPeer.wrong("a message with the detail 0x" + digits, answer);
        }
    }

    @Test
    @Clause({"ABT-004", "ABT-002"})
    void givesUpInOfferedWithAnAbort(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(kvm);
        talk.wire().send(talk.offer(KvmSession.ALL));
        if (!kvm.expectValue(talk.carried().orElseThrow(), 0).state().equals("offered")) {
            throw new NotSupported("a K that waits in Offered for the next access");
        }
        Ticket close = kvm.ask(Request.of("close"));
        KvmSession.expectAbort(talk.wire(), "POLICY", 0);
        talk.wire().expectClosed();
        KvmSession.expectState(kvm.expectDone(close), "closed");
    }

    @Test
    @Clause("CHN-008")
    void readsARejectAlthoughTheChannelIsClosedBehindIt(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        talk.select(KvmSession.ALL);
        talk.wire().send(Forge.reject("RESOURCES", 0));
        talk.wire().close();
        talk.expectRejected("RESOURCES");
    }

    @Test
    @Clause("KST-002")
    void anUnmarkedAnswerIsLegacyUnderPrefer(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk =
                    KvmSession.attached(kvm, KvmSession.connect().with("layout", layout.label()), KvmSession.MEMORY);
            talk.wire().send(layout.response().blank().with("data", 0xabcd));
            KvmSession.expectState(kvm.expectValue(talk.carried().orElseThrow(), 0xabcd), "legacy");
            talk.expectLegacyRead(layout, KvmSession.MEMORY.withOffset(0x40), 0x5678);
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause("KST-002")
    void anUnmarkedAnswerToADetachedHelloIsLegacyUnderPrefer(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        talk.wire().send(Dialect.INFO_WORD.response().blank().with("data", -1));
        KvmSession.expectState(kvm.expectDone(talk.channel().connect()), "legacy");
        talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 1);
    }

    @Property
    @Clause({"KST-002", "MRK-001"})
    void aMarkerElsewhereIsNoMarker(KvmPeer kvm, @ForAll @IntRange(max = 28) int place) {
        KvmSession talk = KvmSession.detached(kvm);
        Frame response = Dialect.INFO_WORD.response().blank();
        byte[] marker = Registry.standard().marker();
        for (int i = 0; i < marker.length; i++) {
            response = Forge.withByte(response, place + i, marker[i]);
        }
        talk.wire().send(response);
        if (place == PLACE_OF_MARKER) {
            talk.expectFailed();
        } else {
            KvmSession.expectState(kvm.expectDone(talk.channel().connect()), "legacy");
        }
    }

    @Test
    @Clause({"KST-003", "ABT-001"})
    void anUnmarkedAnswerFailsUnderRequire(KvmPeer kvm) {
        KvmSession.detached(kvm, KvmSession.connectRequire())
                .failsOn(Dialect.INFO_WORD.response().blank());
    }

    @Test
    @Clause({"KST-006", "CHN-008"})
    void anEndOfTheStreamFails(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        talk.wire().finish();
        talk.expectFailed();
    }

    @Test
    @Clause("CHN-004")
    void aFragmentBeforeTheEndIsNotActedOn(KvmPeer kvm) {
        for (int length = 1; length < 32; length += 6) {
            KvmSession talk = KvmSession.detached(kvm);
            byte[] offer = talk.offer(KvmSession.ALL).bytes();
            talk.wire().sendBytes(Arrays.copyOf(offer, length));
            talk.wire().finish();
            talk.expectFailed();
        }
    }

    @Test
    @Clause("KST-001")
    void bytesBeforeTheFirstFrameFail(KvmPeer kvm) {
        for (String policy : List.of("prefer", "off")) {
            KvmSession talk = KvmSession.withoutHello(kvm, KvmSession.connect().with("policy", policy));
            talk.wire().send(Dialect.INFO_WORD.response().blank());
            talk.expectFailedAtTheLatestByTheNextUse();
            kvm.ask(Request.of("close"));
        }
    }

    @Test
    @Clause("KST-001")
    void oneByteBeforeTheFirstFrameIsEnough(KvmPeer kvm) {
        KvmSession talk = KvmSession.withoutHello(kvm, KvmSession.connect());
        talk.wire().sendBytes(new byte[1]);
        talk.expectFailedAtTheLatestByTheNextUse();
    }

    @Test
    @Clause({"KST-009", "FAI-006"})
    void bytesBehindTheOfferFail(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        Frame offer = talk.offer(KvmSession.ALL);
        talk.failsOn(offer, offer);
    }

    @Test
    @Clause("KST-009")
    void oneByteBehindTheOfferIsEnough(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(kvm);
        byte[] offerAndMore =
                Arrays.copyOf(talk.offer(KvmSession.ALL).with("value", 3).bytes(), Registry.FRAME_LENGTH + 1);
        talk.wire().sendBytes(offerAndMore);
        kvm.expectValue(talk.carried().orElseThrow(), 3);
        talk.expectFailedAtTheLatestByTheNextUse();
    }

    @Test
    @Clause({"FAI-001", "HEL-004"})
    void theReadOfAnAttachedHelloMayHaveBeenExecuted(KvmPeer kvm) {
        for (BiConsumer<KvmSession, Frame> spoilt : SPOILT) {
            KvmSession talk = KvmSession.attached(kvm);
            Ticket waiting = kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x20)));
            spoilt.accept(talk, talk.offer(KvmSession.ALL));
            talk.expectBroken(talk.carried().orElseThrow());
            kvm.expectError(waiting, "not-sent");
        }
    }

    @Test
    @Clause("KST-008")
    void aMarkedResponseInLegacyFails(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(kvm);
        talk.wire().send(Dialect.INFO_WORD.response().blank());
        kvm.expectDone(talk.carried().orElseThrow());
        var read = kvm.ask(Request.read(KvmSession.MEMORY));
        talk.wire().expect(Dialect.INFO_WORD.command());
        talk.wire().send(talk.offer(KvmSession.ALL));
        talk.expectBroken(read);
    }

    @Test
    @Clause({"CHN-002", "KST-005"})
    void framesMayBeCutAnywhere(KvmPeer kvm) {
        for (int cut = 1; cut < 32; cut++) {
            KvmSession talk = KvmSession.detached(kvm);
            Frame offer = talk.offer(KvmSession.ALL);
            talk.wire().sendCut(offer, cut);
            Frame select = talk.wire().expect("SELECT");
            talk.wire().sendCut(Forge.accept(talk.hello(), offer, select), cut);
            KvmSession.expectState(kvm.expectDone(talk.channel().connect()), "open");
            kvm.ask(Request.of("close"));
        }
    }
}
