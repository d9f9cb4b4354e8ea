// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What K makes of an OFFER. */
class KvmChoiceTest {
    private static Agreement agreement(int window, Feature... features) {
        return new Agreement(ProtocolVersion.TAGGED, FeatureSet.of(features), window, Layout.INFO_WORD);
    }

    private static void assertSelects(int version, int window, int features, KvmHarness kvm) {
        byte[] select = kvm.next();
        assertEquals(3, Frames.kind(select));
        assertEquals(version, Frames.field(select, 8, 2));
        assertEquals(window, Frames.field(select, 10, 2));
        assertEquals(features, Frames.field(select, 16, 8));
    }

    @Test
    void selectsTheHighestCommonVersionAllFeaturesAndTheSmallerWindow() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.negotiate();
        byte[] offer = Frames.offer(kvm.hello(), 0, 16, 7, 7);
        kvm.receive(offer);
        byte[] select = kvm.next();
        assertArrayEquals(
                Frames.hex("0f00 494f5248 03 00 0200 1000 00000000 0700000000000000 00000000"),
                Arrays.copyOf(select, 28));
        int digest = Frames.digest(kvm.hello(), offer, Frames.withoutDigest(select));
        assertEquals(digest, (int) Frames.field(select, 28, 4));
    }

    @Test
    void selectsItsOwnWindowWhereThatIsSmaller() {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder().maxInflight(3));
        kvm.negotiate(16, 7, 7);
        assertSelects(2, 3, 7, kvm);
    }

    @Test
    void selectsOnlyWhatItsUserAllows() {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder()
                .features(FeatureSet.of(Feature.OUT_OF_ORDER))
                .versions(VersionSet.of(ProtocolVersion.TAGGED)));
        kvm.negotiate(9, 7, 7);
        assertSelects(2, 9, 2, kvm);
    }

    @Test
    void stepsDownRatherThanSelectAVersionThatIsNotAllowed() {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder().versions(VersionSet.of(ProtocolVersion.TAGGED)));
        kvm.negotiate(9, 7, 3);
        assertSelects(0, 1, 0, kvm);
    }

    @Test
    void selectsNoFeatureWhoseNeedVersionOneDoesNotMeet() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.negotiate(9, 7, 3);
        assertSelects(1, 1, 1, kvm);
    }

    @Test
    void stepsDownToAnAgreedVersionZero() {
        KvmHarness kvm = KvmHarness.open(9, 7, 0x0080_0001);
        assertArrayEquals(
                Frames.hex("0f00 494f5248 03 00 0000 0100 00000000 0000000000000000 00000000"),
                Arrays.copyOf(kvm.select(), 28));
        assertEquals(ProtocolVersion.LEGACY, kvm.side.terms().version());
    }

    @Test
    void neverSelectsGreaseOrWhatItDoesNotKnow() {
        KvmPolicy everything = KvmPolicy.builder().features(new FeatureSet(-1L)).build();
        KvmHarness kvm = new KvmHarness(everything);
        kvm.negotiate(64, -1L, -1);
        assertSelects(2, 64, 7, kvm);
    }

    @Test
    void countsUnknownBitsInTheDigest() {
        KvmHarness kvm = KvmHarness.open(64, -1L, -1);
        assertEquals(-1L, kvm.side.offer().orElseThrow().features().bits());
        assertEquals(7, kvm.side.terms().features().bits());
    }

    @Test
    void countsBytes28To31InTheDigestAndShowsThem() {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.negotiate();
        byte[] offer = Frames.offer(kvm.hello(), 0);
        Arrays.fill(offer, 28, 32, (byte) 0xEE);
        kvm.receive(offer);
        byte[] select = kvm.next();
        kvm.receive(Frames.accept(kvm.hello(), offer, select));
        assertEquals(KvmState.OPEN, kvm.side.state(), "OFR-011");
        assertEquals(0xEEEE_EEEE, kvm.side.offer().orElseThrow().reserved());
    }

    @ParameterizedTest
    @CsvSource({"PREFER, 1, 7, 1", "PREFER, 2, 3, 0", "PREFER, 0, 7, 0", "REQUIRE, 1, 7, 1"})
    void selectsTheHighestVersionThatIsAllowedHereAndOffered(Policy policy, int allowed, int offered, int selected) {
        KvmHarness kvm = new KvmHarness(
                KvmPolicy.builder().policy(policy).versions(new VersionSet(allowed == 0 ? 0 : 1 << allowed)));
        kvm.negotiate(1, 7, offered);
        assertEquals(selected, Frames.field(kvm.next(), 8, 2), "SEL-001");
    }

    @Test
    void abortsUnderRequireWhereVersion0WouldDoForThePeer() {
        KvmHarness kvm = new KvmHarness(
                KvmPolicy.builder().policy(Policy.REQUIRE).versions(VersionSet.of(ProtocolVersion.TAGGED)));
        kvm.negotiate(1, 7, 3);
        assertEquals(6, Frames.kind(kvm.next()));
        kvm.assertFailed(Clause.SEL_001);
    }

    @Test
    void abortsWhereThereIsNoCommonVersion() {
        KvmHarness kvm = KvmHarness.require();
        kvm.negotiate(64, 7, 0x8000_0009);
        assertArrayEquals(
                Frames.hex("0f00 494f5248 06 00 0100 000000000000 0900008000000000 0000000000000000"), kvm.next());
        kvm.assertFailed(Clause.SEL_001);
    }

    @Test
    void abortsWhereARequiredFeatureIsMissing() {
        KvmHarness kvm = new KvmHarness(
                KvmPolicy.builder().requiredFeatures(FeatureSet.of(Feature.FENCE, Feature.OUT_OF_ORDER)));
        kvm.negotiate(64, 3, 7);
        assertArrayEquals(
                Frames.hex("0f00 494f5248 06 00 0500 000000000000 0400000000000000 0000000000000000"), kvm.next());
        kvm.assertFailed(Clause.SEL_004);
    }

    @Test
    void abortsAnOfferOfNoWindow() {
        KvmHarness kvm = KvmHarness.require();
        kvm.negotiate(0, 7, 0);
        assertArrayEquals(
                Frames.hex("0f00 494f5248 06 00 0600 000000000000 0000000000000000 0000000000000000"), kvm.next());
        kvm.assertFailed(Clause.OFR_012);
    }

    @Test
    void selectsExactlyWhatIsPinned() {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder().pin(agreement(100, Feature.FENCE)));
        kvm.negotiate(200, 7, 7);
        assertSelects(2, 100, 4, kvm);
    }

    @Test
    void abortsWithAllThatIsMissingFromAPin() {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder().pin(agreement(100, Feature.FENCE, Feature.OUT_OF_ORDER)));
        kvm.negotiate(99, 1, 2);
        byte[] abort = kvm.next();
        assertEquals(6, Frames.kind(abort));
        assertEquals(10, Frames.field(abort, 8, 2));
        assertEquals(0xC000_0000_0000_0006L, Frames.field(abort, 16, 8));
        kvm.assertFailed(Clause.REC_002);
    }

    @Test
    void namesOnlyTheWindowWhereOnlyThatIsTooSmallForAPin() {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder().pin(agreement(100)));
        kvm.negotiate(99, 7, 7);
        assertEquals(0x8000_0000_0000_0000L, Frames.field(kvm.next(), 16, 8));
    }
}
