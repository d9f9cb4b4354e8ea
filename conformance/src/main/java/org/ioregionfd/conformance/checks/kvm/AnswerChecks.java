// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

/** What K makes of wrong, late and missing answers, and of right ones in pieces. */
@Checks
public class AnswerChecks {
    private static final int PLACE_OF_MARKER = Registry.standard().markerOffset(Sender.D);

    @Test
    @Clause("ACC-002")
    void failsOnAnAcceptThatDiffersFromItsSelect(KvmPeer kvm) {
        for (String field : List.of("version", "max_inflight", "features")) {
            KvmSession talk = KvmSession.detached(kvm);
            Frame offer = talk.offer(KvmSession.ALL);
            Frame select = talk.select(offer);
            Frame accept = Forge.accept(talk.hello(), offer, select);
            Frame bent = accept.with(field, accept.get(field) ^ 1);
            talk.wire().send(bent.with("digest", Forge.digest(List.of(talk.hello(), offer, select, bent))));
            talk.expectFailed();
        }
    }

    @Test
    @Clause("ACC-002")
    void failsOnAnAcceptWithAWrongDigest(KvmPeer kvm) {
        for (int bit = 0; bit < 32; bit += 31) {
            KvmSession talk = KvmSession.detached(kvm);
            Frame offer = talk.offer(KvmSession.ALL);
            Frame accept = talk.accept(offer);
            talk.wire().send(accept.with("digest", accept.get("digest") ^ 1L << bit));
            talk.expectFailed();
        }
    }

    @Test
    @Clause("ACC-002")
    void failsOnAnAcceptWhoseDigestForgetsTheFramesBefore(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        Frame offer = talk.offer(KvmSession.ALL);
        Frame accept = talk.accept(offer);
        talk.wire().send(accept.with("digest", Forge.digest(List.of(accept))));
        talk.expectFailed();
    }

    @Test
    @Clause("ACC-002")
    void failsOnAnAcceptWithAReservedByte(KvmPeer kvm) {
        for (int index : Registry.standard().shape("ACCEPT").reservedBytes()) {
            KvmSession talk = KvmSession.detached(kvm);
            Frame offer = talk.offer(KvmSession.ALL);
            Frame select = talk.select(offer);
            Frame bent = Forge.withByte(Forge.accept(talk.hello(), offer, select), index, 1);
            talk.wire().send(bent.with("digest", Forge.digest(List.of(talk.hello(), offer, select, bent))));
            talk.expectFailed();
        }
    }

    @Test
    @Clause("ACC-003")
    void failsOnAnyOtherAnswerToASelect(KvmPeer kvm) {
        for (Answering wrong : Answering.values()) {
            KvmSession talk = KvmSession.detached(kvm);
            Frame offer = talk.offer(KvmSession.ALL);
            talk.select(offer);
            talk.wire().send(wrong.frame(offer));
            talk.expectFailed();
        }
    }

    @Test
    @Clause({"KST-004", "ABT-001"})
    void failsOnAMarkedAnswerToAHelloThatIsNoOffer(KvmPeer kvm) {
        Set<Integer> kinds = new TreeSet<>(Registry.standard().codes("kinds"));
        kinds.addAll(List.of(0, 10, 0xff));
        kinds.remove(Registry.standard().code("kinds", "OFFER"));
        for (int kind : kinds) {
            KvmSession talk = KvmSession.detached(kvm);
            talk.wire().send(talk.offer(KvmSession.ALL).with("kind", kind));
            talk.expectFailed();
        }
    }

    /** The kind that is kept free for ever: behind a marker of five bytes stood kind and terms, and the nonce at the end. */
    @Test
    @Clause({"KST-004", "ABT-001", "KST-007"})
    void failsOnAnOfferOfTheFirstDraft(KvmPeer kvm) {
        int kept = Registry.standard().code("kinds", "KEPT_83");
        KvmSession detached = KvmSession.detached(kvm);
        detached.wire().send(firstDraft(detached.offer(KvmSession.ALL), kept));
        detached.expectFailed();
        KvmSession attached = KvmSession.attached(kvm);
        attached.wire().send(firstDraft(attached.offer(KvmSession.ALL), kept));
        attached.wire().expectClosed();
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
            talk.wire().send(reject);
            talk.wire().expectClosed();
            Answer answer = kvm.expectError(talk.channel().connect(), "negotiation");
            String name = reject.get("reason") == 0xbeef
                    ? "48879"
                    : Registry.standard().name("reasons", reject.get("reason"));
            if (!answer.toString().contains(name)) {
                throw KvmPeer.wrong("a message with the reason " + name, answer);
            }
        }
    }

    /** Whatever it holds, it is a REJECT that answers the SELECT. */
    @Property
    @Clause({"REJ-002", "ABT-001"})
    void failsOnAnyReject(KvmPeer kvm, @ForAll @IntRange(max = 0xffff) int reason, @ForAll long detail) {
        KvmSession talk = KvmSession.detached(kvm);
        talk.select(KvmSession.ALL);
        talk.wire().send(Forge.reject("POLICY", detail).with("reason", reason));
        talk.wire().expectClosed();
        Answer answer = kvm.expectError(talk.channel().connect(), "negotiation");
        // A K that is older than the registry knows no name for the reason either.
        String name = Registry.standard().name("reasons", reason);
        String said = answer.toString();
        if (!said.contains(name) && !said.contains(Registry.known().name("reasons", reason))) {
            throw KvmPeer.wrong("a message with the reason " + name, answer);
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
        Frame abort = talk.wire().expect("ABORT");
        talk.wire().require("reason (POLICY)", Registry.standard().code("reasons", "POLICY"), abort.get("reason"));
        talk.wire().require("detail (ABORT POLICY)", 0, abort.get("detail"));
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
        Answer answer = kvm.expectError(talk.channel().connect(), "negotiation");
        if (!answer.toString().contains("RESOURCES")) {
            throw KvmPeer.wrong("a message with the reason RESOURCES", answer);
        }
    }

    @Test
    @Clause("KST-002")
    void anUnmarkedAnswerIsLegacyUnderPrefer(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk = KvmSession.attached(
                    kvm, KvmSession.connect().with("layout", HelloChecks.label(layout)), KvmSession.MEMORY);
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
    @Clause({"MRK-001", "KST-002"})
    void aLackingByteOfTheMarkerIsNoMarker(KvmPeer kvm) {
        for (int i = 0; i < Registry.standard().marker().length; i++) {
            KvmSession talk = KvmSession.detached(kvm);
            talk.wire().send(Forge.withByte(talk.offer(KvmSession.ALL), PLACE_OF_MARKER + i, 1));
            KvmSession.expectState(kvm.expectDone(talk.channel().connect()), "legacy");
            kvm.ask(Request.of("close"));
        }
    }

    @Test
    @Clause({"KST-003", "ABT-001"})
    void anUnmarkedAnswerFailsUnderRequire(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm, KvmSession.connectRequire());
        talk.wire().send(Dialect.INFO_WORD.response().blank());
        talk.expectFailed();
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
    @Clause("KST-009")
    void bytesBehindTheOfferFail(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        Frame offer = talk.offer(KvmSession.ALL);
        talk.wire().send(offer, offer);
        talk.expectFailed();
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
        for (Spoilt spoilt : Spoilt.values()) {
            KvmSession talk = KvmSession.attached(kvm);
            Ticket waiting = kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x20)));
            spoilt.end(talk);
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

    /** How a channel ends instead of with an answer to its HELLO. */
    private enum Spoilt {
        END_OF_STREAM,
        FRAGMENT,
        ANOTHER_NONCE,
        KIND_7;

        void end(KvmSession talk) {
            Frame offer = talk.offer(KvmSession.ALL);
            switch (this) {
                case END_OF_STREAM -> talk.wire().finish();
                case FRAGMENT -> {
                    talk.wire().sendBytes(Arrays.copyOf(offer.bytes(), Long.BYTES));
                    talk.wire().finish();
                }
                case ANOTHER_NONCE -> talk.wire().send(offer.with("nonce", offer.get("nonce") ^ 1));
                case KIND_7 -> talk.wire().send(offer.with("kind", 7));
            }
        }
    }

    /** Frames that answer no SELECT. */
    private enum Answering {
        PLAIN_RESPONSE,
        OFFER_AGAIN,
        KIND_7,
        RECORD;

        Frame frame(Frame offer) {
            return switch (this) {
                case PLAIN_RESPONSE -> Dialect.INFO_WORD.response().blank();
                case OFFER_AGAIN -> offer;
                case KIND_7 -> offer.with("kind", 7);
                case RECORD -> offer.with("kind", 9);
            };
        }
    }
}
