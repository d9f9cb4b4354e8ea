// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.kvm.WrongValues.Bend;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.FrameShape;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Setup;
import org.ioregionfd.conformance.rules.Setup.Hello;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** An OFFER with each of its bits and numbers at their edges, after either HELLO. */
@Checks
public class OfferChecks {
    private static final FrameShape OFFER = Registry.standard().shape("OFFER");
    private static final int NONCE_MAX = 0xff;

    private static final List<Hello> HELLOS = List.of(Hello.values());
    private static final int[] WINDOWS = {
        1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 255, 256, 257, 512, 4095, 4096, 4097, 0x7fff, 0x8000, 0xff00,
        0xffff
    };

    /** A HELLO and an answer that is bent from its OFFER. */
    private record Case(boolean isAttached, String policy, Bend bend) {
        private static List<Case> of(List<Bend> bends) {
            List<Case> cases = new ArrayList<>();
            for (Bend bend : bends) {
                cases.add(new Case(true, "prefer", bend));
                cases.add(new Case(false, "prefer", bend));
                cases.add(new Case(false, "require", bend));
            }
            return cases;
        }

        KvmSession begin(KvmPeer kvm) {
            Request connect = KvmSession.connect().with("policy", policy);
            return isAttached
                    ? KvmSession.attached(kvm, connect, KvmSession.MEMORY)
                    : KvmSession.detached(kvm, connect.with("hello", "detached"));
        }

        @Override
        public String toString() {
            return "policy %s, %s HELLO, OFFER with %s".formatted(policy, isAttached ? "attached" : "detached", bend);
        }
    }

    /** Every other number. */
    @Test
    @Clause({"OFR-010", "ABT-001"})
    void failsOnEveryOtherNonce(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>();
        for (int difference = 1; difference <= NONCE_MAX; difference++) {
            int other = difference;
            bends.add(new Bend(
                    "the nonce and " + difference,
                    offer -> offer.with("nonce", offer.get("nonce") + other & NONCE_MAX)));
        }
        // Not twice: a nonce of this number may be the right one.
        KvmCases.each(kvm, Case.of(bends), 8, wrong -> failsOn(wrong.begin(kvm), wrong.bend));
    }

    /** Numbers that a K may take for no nonce, and the right one of another channel. */
    @Test
    @Clause({"OFR-010", "ABT-001"})
    void failsOnANonceOfNothingAndOnThatOfTheChannelBefore(KvmPeer kvm) {
        for (String hello : List.of("attached", "detached")) {
            for (int own : new int[] {0, 1, 0x80, NONCE_MAX}) {
                for (int nonce : new int[] {0, NONCE_MAX, own + 1 & 0x7f, own ^ 0x80}) {
                    if (nonce != own) {
                        KvmSession talk = withNonce(kvm, hello, own);
                        failsOn(talk, WrongValues.value("nonce", nonce));
                    }
                }
            }
            withNonce(kvm, hello, 0x2b).wire().close();
            kvm.expectDone(kvm.ask(Request.of("close")));
            failsOn(withNonce(kvm, hello, 0x2d), WrongValues.value("nonce", 0x2b));
        }
    }

    /** What the driver was told. */
    @Test
    @Clause({"HEL-007", "OFR-010"})
    void theNonceIsTheOneThatTheDriverWasTold(KvmPeer kvm) {
        for (String hello : List.of("attached", "detached")) {
            for (int nonce : new int[] {0, 1, 0x7f, 0x80, NONCE_MAX}) {
                KvmSession talk = withNonce(kvm, hello, nonce);
                talk.wire().require("nonce (the driver's)", nonce, talk.hello().get("nonce"));
                // It is the right one, even where it is 0.
                opens(talk, talk.offer(KvmSession.ALL), new Choice(2, KvmSession.FEATURES, 64));
            }
        }
    }

    private static KvmSession withNonce(KvmPeer kvm, String hello, int nonce) {
        Request connect = KvmSession.connect().with("nonce", nonce);
        return hello.equals("attached")
                ? KvmSession.attached(kvm, connect, KvmSession.MEMORY)
                : KvmSession.detached(kvm, connect.with("hello", "detached"));
    }

    @Test
    @Clause({"KST-004", "ABT-001"})
    void failsOnAnAnswerOfEveryOtherKind(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>();
        for (int kind = 0; kind <= 0xff; kind++) {
            if (kind != OFFER.blank().get("kind")) {
                bends.add(WrongValues.value("kind", kind));
            }
        }
        List<Case> cases = new ArrayList<>();
        bends.forEach(bend -> cases.add(new Case(bends.indexOf(bend) % 2 == 0, "prefer", bend)));
        int kind = OFFER.field("kind").offset();
        cases.addAll(Case.of(WrongValues.bits(kind, kind + 1)));
        KvmCases.each(kvm, cases, 10, wrong -> failsOn(wrong.begin(kvm), wrong.bend));
    }

    /** The kinds of other frames, and those that no frame has. */
    @Test
    @Clause({"KST-004", "ABT-001"})
    void failsOnAnAnswerOfAnotherFrameOrOfNone(KvmPeer kvm) {
        int kept = Registry.standard().code("kinds", "KEPT_83");
        for (int kind : new int[] {0, 1, 3, 4, 5, 6, 9, kept, NONCE_MAX}) {
            for (boolean isAttached : new boolean[] {true, false}) {
                failsOn(
                        new Case(isAttached, "prefer", WrongValues.at(0, 0)).begin(kvm),
                        WrongValues.value("kind", kind));
            }
        }
    }

    private static void failsOn(KvmSession talk, Bend bend) {
        talk.wire().send(bend.of(talk.offer(KvmSession.ALL)));
        talk.wire().expectClosed();
        if (talk.carried().isPresent()) {
            talk.kvm().expectError(talk.carried().get(), "maybe-executed");
            talk.expectNextIsNotSent();
        } else {
            KvmSession.expectState(talk.kvm().expectError(talk.channel().connect(), "negotiation"), "failed");
        }
        talk.wire().close();
    }

    /** Without its marker it is a plain answer, whatever else it holds: Legacy, or under REQUIRE a failure. */
    @Test
    @Clause({"KST-002", "KST-003", "MRK-001"})
    void anOfferWithABitOfItsMarkerChangedIsNone(KvmPeer kvm) {
        int marker = OFFER.field("marker").offset();
        KvmCases.each(kvm, Case.of(WrongValues.bits(marker, marker + 4)), 6, wrong -> {
            KvmSession talk = wrong.begin(kvm);
            Frame offer = wrong.bend.of(talk.offer(KvmSession.ALL).with("value", -1));
            if (wrong.policy.equals("require")) {
                talk.failsOn(offer);
            } else {
                talk.wire().send(offer);
                Ticket first = talk.carried().orElse(talk.channel().connect());
                KvmSession.expectState(kvm.expectDone(first), "legacy");
                talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 3);
                Standing.end(talk);
            }
            talk.wire().close();
        });
    }

    /** Terms that are worked out beforehand, and a value and reserved bytes that change nothing. */
    record Offered(Setup setup, Terms terms, long value, long reserved) {
        @Override
        public String toString() {
            return "%s, required 0x%x, pin of version %d, features 0x%x, window of K's %d, OFFER of versions 0x%x, features 0x%x, window %d, value 0x%x, reserved 0x%x"
                    .formatted(
                            setup.hello(),
                            setup.required(),
                            setup.pinned(),
                            setup.pinnedFeatures(),
                            setup.maxInflight(),
                            terms.versions(),
                            terms.features(),
                            terms.maxInflight(),
                            value,
                            reserved);
        }
    }

    /** Each bit of it beside what can be agreed, and each alone; windows below, at and above every edge. */
    @Test
    @Clause({
        "OFR-011", "SEL-001", "SEL-002", "SEL-003", "OFR-012", "SEL-004", "DIG-001", "GRS-002", "KST-007", "ABT-002"
    })
    void everyBitOfAnOfferIsWorkedOut(KvmPeer kvm) {
        List<Offered> cases = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            add(cases, 64, KvmSession.VERSIONS | 1L << bit, KvmSession.FEATURES, 64, 0, 0);
            add(cases, 64, 1L << bit, KvmSession.FEATURES, 64, -1, 0);
            add(cases, 64, KvmSession.VERSIONS, KvmSession.FEATURES, 64, 0, 1L << bit);
        }
        for (int bit = 0; bit < Long.SIZE; bit++) {
            add(cases, 64, KvmSession.VERSIONS, KvmSession.FEATURES | 1L << bit, 64, 0, 0);
            add(cases, 64, KvmSession.VERSIONS, 1L << bit, 64, 0, 0);
            add(cases, 64, KvmSession.VERSIONS, KvmSession.FEATURES, 64, 1L << bit, 0);
        }
        add(cases, 64, 0xffff_ffffL, -1, 0xffff, -1, 0xffff_ffffL);
        add(cases, 64, 0, 0, 0, -1, 0xffff_ffffL);
        for (int versions = 0; versions <= KvmSession.VERSIONS; versions++) {
            add(cases, 64, versions, KvmSession.FEATURES, 0, 7, 0);
            add(cases, 64, versions, -1, 0xffff, 7, 0);
        }
        KvmCases.each(kvm, cases, 10, offered -> works(kvm, offered));
    }

    /** Each window that is offered beside each of K's own. */
    @Test
    @Clause({"SEL-003", "OFR-012"})
    void theSmallerWindowIsSelectedAtEveryEdge(KvmPeer kvm) {
        List<Offered> cases = new ArrayList<>();
        for (int offered : WINDOWS) {
            for (int own : new int[] {1, 64, 255, 256, 0xffff, offered}) {
                add(cases, own, KvmSession.VERSIONS, KvmSession.FEATURES, offered, 0, 0);
            }
            add(cases, 0xffff, 0b011, KvmSession.FEATURES, offered, 0, 0);
            add(cases, 0xffff, 0b001, KvmSession.FEATURES, offered, 0, 0);
        }
        KvmCases.each(kvm, cases, 8, offered -> works(kvm, offered));
    }

    private static void add(
            List<Offered> cases, int own, long versions, long features, int window, long value, long reserved) {
        Hello hello = HELLOS.get(cases.size() % HELLOS.size());
        Setup setup = new Setup(false, hello, 0b110, KvmSession.FEATURES, 0, own, 0, 0, 0);
        Terms terms = new Terms(Registry.ruledVersions(versions), Registry.ruledFeatures(features), window);
        cases.add(new Offered(setup, terms, value, reserved));
    }

    /** Makes this handshake, and requires of K what was worked out. */
    static void works(KvmPeer kvm, Offered offered) {
        Request connect = ConnectRequests.of(offered.setup);
        KvmSession talk = offered.setup.hello() == Hello.PREFER_ATTACHED
                ? KvmSession.attached(kvm, connect, KvmSession.MEMORY.withSizeExponent(3))
                : KvmSession.detached(kvm, connect);
        Frame offer = talk.offer(offered.terms).with("value", offered.value).with("reserved", offered.reserved);
        OfferOracle.Verdict verdict = OfferOracle.of(offered.setup, offered.terms);
        if (verdict.choice().isPresent()) {
            opens(talk, offer, verdict.choice().get());
            return;
        }
        talk.wire().send(offer);
        // [KST-007] whatever the reason of the ABORT
        talk.carried().ifPresent(read -> kvm.expectValue(read, offered.value));
        talk.expectAbort(verdict.reason(), verdict.detail());
        talk.wire().close();
    }

    /** Sends the OFFER and requires this choice, with the right digest, and K in Open by its ACCEPT. */
    private static void opens(KvmSession talk, Frame offer, Choice choice) {
        KvmPeer kvm = talk.kvm();
        talk.wire().send(offer);
        // A K may keep its SELECT for the next use of the channel.
        Optional<Ticket> next = talk.carried().map(read -> {
            kvm.expectValue(read, offer.get("value"));
            return kvm.ask(Request.of("fence"));
        });
        Frame select = talk.wire().expect("SELECT");
        talk.requireChoice(choice, select);
        talk.wire().require("digest", Forge.sealed(talk.hello(), offer, select).get("digest"), select.get("digest"));
        talk.wire().send(Forge.accept(talk.hello(), offer, select));
        if (next.isEmpty()) {
            KvmSession.expectOpen(
                    kvm.expectDone(talk.channel().connect()),
                    choice.version(),
                    Registry.known().featureNames(choice.features()),
                    choice.maxInflight());
        }
        Standing.end(talk);
        next.ifPresent(kvm::await);
    }

    /** The whole of a handshake with a K whose user says nothing at all. */
    @Test
    @Clause({"SEL-002", "SEL-001", "SEL-003", "HEL-007", "OFR-011", "GRS-002"})
    void aUserWhoSaysNothingGetsTheDefaults(KvmPeer kvm) {
        Request nothing = Request.of("connect");
        getsTheDefaults(KvmSession.withoutHello(kvm, nothing).attached(KvmSession.MEMORY.withSizeExponent(3)), 3);
        getsTheDefaults(KvmSession.detached(kvm, nothing.with("hello", "detached")), 0);
        getsTheDefaults(KvmSession.detached(kvm, nothing.with("policy", "require")), 0);
    }

    private static void getsTheDefaults(KvmSession talk, int sizeExponent) {
        long head = Forge.readHead(Dialect.INFO_WORD, sizeExponent).field();
        talk.wire().require("read_head (info-word)", head, talk.hello().get("read_head"));
        Terms all = new Terms(Registry.ruledVersions(0xffff_ffffL), Registry.ruledFeatures(-1), 0xffff);
        opens(talk, talk.offer(all).with("reserved", 1), new Choice(2, KvmSession.FEATURES, 64));
    }

    @Test
    @Clause({"GRS-002", "OFR-011"})
    void noBitOfGreaseIsSelected(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>();
        long versions = Registry.ruledVersions(0xff00_0000L);
        for (long rest = versions; rest != 0; rest &= rest - 1) {
            long bit = Long.lowestOneBit(rest);
            bends.add(new Bend(
                    "grease version 0x%x".formatted(bit),
                    offer -> offer.with("versions", offer.get("versions") | bit)));
        }
        for (long rest = Registry.standard().greaseFeatures(); rest != 0; rest &= rest - 1) {
            long bit = Long.lowestOneBit(rest);
            bends.add(new Bend(
                    "grease feature 0x%x".formatted(bit),
                    offer -> offer.with("features", offer.get("features") | bit)));
        }
        KvmCases.each(kvm, bends, 2, grease -> {
            KvmSession talk = KvmSession.detached(kvm);
            opens(
                    talk,
                    grease.of(talk.offer(new Terms(0b011, KvmSession.FEATURES, 8))),
                    new Choice(1, Forge.POSTED_WRITES, 1));
        });
    }

    /** What K has not selected, or has no room for, and what was there before is nothing to it. */
    @Test
    @Clause({"MRK-002", "SEC-002", "SEL-003"})
    void whatIsReservedIsZeroWhateverTheOfferHolds(KvmPeer kvm) {
        for (boolean isAttached : new boolean[] {true, false}) {
            Case any = new Case(isAttached, "prefer", WrongValues.at(0, 0));
            KvmSession talk = any.begin(kvm);
            Terms full = new Terms(Registry.ruledVersions(0xffff_ffffL), Registry.ruledFeatures(-1), 0xffff);
            Frame offer = talk.offer(full).with("value", -1).with("reserved", 0xffff_ffffL);
            talk.wire().send(offer);
            talk.carried().ifPresent(read -> {
                kvm.expectDone(read);
                kvm.ask(Request.read(KvmSession.MEMORY));
            });
            talk.wire().expect("SELECT");
            Standing.end(talk);
            KvmSession refused = any.begin(kvm);
            Frame none = refused.offer(new Terms(full.versions(), full.features(), 0));
            refused.wire().send(none.with("value", -1).with("reserved", 0xffff_ffffL));
            refused.wire().expect("ABORT");
            refused.wire().expectClosed();
            refused.wire().close();
        }
    }

    /** With every reason that K has for one, and after either HELLO: an ABORT, then the end, and nothing that follows is sent. */
    @Test
    @Clause({"ABT-002", "KST-007", "FAI-002"})
    void closesAfterEveryAbort(KvmPeer kvm) {
        Request demanding =
                KvmSession.connect().with("versions", List.of(2)).with("require_features", List.of("FENCE"));
        for (boolean isAttached : new boolean[] {true, false}) {
            for (Terms terms : List.of(
                    new Terms(KvmSession.VERSIONS, KvmSession.FEATURES, 0),
                    new Terms(0b010, KvmSession.FEATURES, 8),
                    new Terms(KvmSession.VERSIONS, 0, 8))) {
                KvmSession talk = isAttached
                        ? KvmSession.attached(kvm, demanding, KvmSession.MEMORY)
                        : KvmSession.detached(kvm, demanding.with("hello", "detached"));
                Optional<Ticket> waiting =
                        isAttached ? Optional.of(kvm.ask(Request.write(KvmSession.MEMORY, 1))) : Optional.empty();
                talk.wire().send(talk.offer(terms).with("value", 0x8765_4321L));
                talk.carried().ifPresent(read -> kvm.expectValue(read, 0x8765_4321L));
                talk.wire().expect("ABORT");
                talk.expectFailed();
                waiting.ifPresent(write -> kvm.expectError(write, "not-sent"));
                talk.expectNextIsNotSent();
                talk.wire().close();
            }
        }
    }
}
