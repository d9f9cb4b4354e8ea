// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** K's answer to an OFFER: SELECT or ABORT. */
@Checks
public class ChoiceChecks {
    /** Frames that K sends too early come at once. */
    private static final Duration A_MOMENT = Duration.ofMillis(20);

    private static final int WINDOW_OF_K = 64;

    private static final Registry KNOWN = Registry.known();

    @Property
    @Clause({"SEL-001", "SEL-002", "SEL-003", "OFR-011", "DIG-001", "GRS-002", "MRK-002"})
    void selectsTheBestOfAnyOffer(
            KvmPeer kvm,
            @ForAll int versions,
            @ForAll long features,
            @ForAll @IntRange(min = 1, max = 65535) int maxInflight) {
        KvmSession talk = KvmSession.detached(kvm);
        long offered = Registry.ruledVersions(Integer.toUnsignedLong(versions));
        Frame offer = talk.offer(new Terms(offered, Registry.ruledFeatures(features), maxInflight));
        // Without options, K's user allows all versions, and under PREFER version 0.
        int best = KNOWN.bestIn(offered);
        if (best < 0) {
            talk.wire().send(offer);
            talk.expectAbort("NO_COMMON_VERSION", offered);
            return;
        }
        Frame select = talk.select(offer);
        int window = Math.min(Math.min(maxInflight, WINDOW_OF_K), KNOWN.windowMax(best));
        talk.requireChoice(new Choice(best, features & KNOWN.featuresFor(best), window), select);
        talk.wire().send(Forge.accept(talk.hello(), offer, select));
        KvmSession.expectState(kvm.expectDone(talk.channel().connect()), "open");
    }

    @Property
    @Clause("SEL-001")
    void selectsTheBestThatItsUserAllows(
            KvmPeer kvm, @ForAll @IntRange(max = 3) int bits, @ForAll boolean require, @ForAll int offered) {
        long allowed = require && bits == 0 ? 0b010 : (long) bits << 1;
        Request connect = (require ? KvmSession.connectRequire() : KvmSession.connectDetached())
                .with("versions", KNOWN.versionsIn(allowed));
        KvmSession talk = KvmSession.detached(kvm, connect);
        long versions = Registry.ruledVersions(Integer.toUnsignedLong(offered));
        int best = KNOWN.bestIn((allowed | (require ? 0 : 1)) & versions);
        Frame offer = talk.offer(new Terms(versions, 0, 1));
        if (best < 0) {
            talk.wire().send(offer);
            talk.expectAbort("NO_COMMON_VERSION", versions);
        } else {
            talk.wire().require("version", best, talk.select(offer).get("version"));
        }
    }

    @Test
    @Clause("SEL-001")
    void selectsVersion0WhereNothingBetterIsShared(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm, KvmSession.connectDetached().with("versions", List.of(2)));
        Frame select = talk.select(new Terms(0b011, Forge.POSTED_WRITES, 1));
        talk.requireChoice(new Choice(0, 0, 1), select);
    }

    @Test
    @Clause({"SEL-001", "ABT-002", "MRK-002"})
    void abortsWhereNothingIsShared(KvmPeer kvm) {
        KvmSession.detached(kvm, KvmSession.connectRequire().with("versions", List.of(2)))
                .aborts(new Terms(0b011, 0, 1), "NO_COMMON_VERSION", 0b011);
    }

    @Test
    @Clause({"SEL-001", "ABT-002"})
    void abortsAnAttachedHandshakeWhereNothingIsShared(KvmPeer kvm) {
        KvmSession.attached(kvm, KvmSession.connect().with("versions", List.of(2)), KvmSession.MEMORY)
                .aborts(new Terms(0b010, 0, 1), "NO_COMMON_VERSION", 0b010);
    }

    @Test
    @Clause("SEL-002")
    void selectsOnlyWhatTheUserAllows(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm, KvmSession.connectDetached().with("features", List.of("FENCE")));
        talk.wire().require("features", Forge.FENCE, talk.select(KvmSession.ALL).get("features"));
    }

    @Test
    @Clause("SEL-002")
    void leavesOutWhatTheVersionDoesNotHave(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        Frame select = talk.select(new Terms(0b011, KvmSession.FEATURES, 1));
        talk.wire().require("features", Forge.POSTED_WRITES, select.get("features"));
    }

    @Test
    @Clause("SEL-003")
    void selectsTheSmallerWindow(KvmPeer kvm) {
        KvmSession smaller =
                KvmSession.detached(kvm, KvmSession.connectDetached().with("max_inflight", 5));
        smaller.wire().require("max_inflight", 5, smaller.select(KvmSession.ALL).get("max_inflight"));
        kvm.ask(Request.of("close"));
        KvmSession larger =
                KvmSession.detached(kvm, KvmSession.connectDetached().with("max_inflight", 5));
        larger.wire()
                .require(
                        "max_inflight",
                        3,
                        larger.select(new Terms(KvmSession.VERSIONS, 0, 3)).get("max_inflight"));
    }

    @Test
    @Clause("SEL-004")
    void abortsWhereARequiredFeatureIsMissing(KvmPeer kvm) {
        List<String> required = List.of("POSTED_WRITES", "FENCE");
        KvmSession.detached(kvm, KvmSession.connectDetached().with("require_features", required))
                .aborts(
                        new Terms(KvmSession.VERSIONS, Forge.POSTED_WRITES, 64),
                        "REQUIRED_FEATURE_MISSING",
                        Forge.FENCE);
    }

    @Test
    @Clause("SEL-004")
    void abortsWhereTheVersionCannotHaveARequiredFeature(KvmPeer kvm) {
        KvmSession.detached(kvm, KvmSession.connectDetached().with("require_features", List.of("FENCE")))
                .aborts(new Terms(0b011, KvmSession.FEATURES, 1), "REQUIRED_FEATURE_MISSING", Forge.FENCE);
    }

    @Test
    @Clause("OFR-012")
    void abortsAnOfferOfNoWindow(KvmPeer kvm) {
        for (long versions = 0b010; versions <= KvmSession.VERSIONS; versions++) {
            KvmSession.detached(kvm).aborts(new Terms(versions, KvmSession.FEATURES, 0), "BAD_WINDOW", 0);
        }
    }

    @Test
    @Clause("SEL-006")
    void theFirstReasonThatAppliesDecidesTheAbort(KvmPeer kvm) {
        Request demanding =
                KvmSession.connectRequire().with("versions", List.of(2)).with("require_features", List.of("FENCE"));
        KvmSession.detached(kvm, demanding).aborts(new Terms(0b010, 0, 0), "BAD_WINDOW", 0);
        KvmSession.detached(kvm, demanding).aborts(new Terms(0b010, 0, 1), "NO_COMMON_VERSION", 0b010);
    }

    @Test
    @Clause({"OFR-010", "ABT-001"})
    void sendsNoAbortForAnOfferWithAnotherNonceThatIsBadToo(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm);
        talk.failsOn(talk.offer(new Terms(0, 0, 0)).with("nonce", talk.hello().get("nonce") + 1 & 0xff));
    }

    @Property
    @Clause({"OFR-011", "GRS-002"})
    void unknownBitsAreNeitherSelectedNorAnError(KvmPeer kvm, @ForAll long unknown, @ForAll int versions) {
        KvmSession talk = KvmSession.detached(kvm);
        Terms terms = new Terms(
                KvmSession.VERSIONS | Registry.ruledVersions(Integer.toUnsignedLong(versions)),
                KvmSession.FEATURES | Registry.ruledFeatures(unknown),
                64);
        Frame select = talk.select(terms);
        talk.wire().require("version", 2, select.get("version"));
        talk.wire().require("features", KvmSession.FEATURES, select.get("features"));
    }

    /** No device may set them today. They count in both digests, and K reaches Open as if they were zero. */
    @Property
    @Clause({"OFR-011", "DIG-001", "ACC-002"})
    void theReservedBytesOfAnOfferAreIgnoredButForTheDigest(
            KvmPeer kvm, @ForAll(supplier = Word.Of32Bits.class) long reserved) {
        KvmSession talk = KvmSession.detached(kvm);
        Frame offer = talk.offer(KvmSession.ALL).with("reserved", reserved);
        Frame select = talk.select(offer);
        talk.requireChoice(new Choice(2, KvmSession.FEATURES, WINDOW_OF_K), select);
        talk.wire().send(Forge.accept(talk.hello(), offer, select));
        KvmSession.expectState(kvm.expectDone(talk.channel().connect()), "open");
    }

    @Test
    @Clause({"SEL-005", "KST-010"})
    void nothingIsSentBetweenSelectAndItsAnswer(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(kvm);
        talk.wire().send(talk.offer(KvmSession.ALL));
        kvm.expectDone(talk.carried().orElseThrow());
        // A K may keep its SELECT for the next use of the channel.
        var read = kvm.ask(Request.read(KvmSession.MEMORY));
        var write = kvm.ask(Request.write(KvmSession.MEMORY, 1));
        talk.wire().expect("SELECT");
        kvm.awaitRead();
        talk.wire().hasNewsWithin(A_MOMENT);
        // After a REJECT K closes: frames that it had sent too early would be read before the end.
        talk.wire().send(Forge.reject("POLICY", 0));
        talk.wire().expectClosed();
        kvm.expectError(read, "not-sent");
        kvm.expectError(write, "not-sent");
    }
}
