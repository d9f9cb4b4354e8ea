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

    @Test
    void selectsTheHighestCommonVersionAllFeaturesAndTheSmallerWindow() {
        Conversation conversation = new Conversation(KvmPolicy.builder().build());
        conversation.negotiate();
        byte[] offer = Frames.offer(conversation.hello(), 0, 16, 7, 7);
        conversation.receive(offer);
        byte[] select = conversation.next();
        assertArrayEquals(
                Frames.hex("0f00 494f5248 03 00 0200 1000 00000000 0700000000000000 00000000"),
                Arrays.copyOf(select, 28));
        int digest = Frames.digest(conversation.hello(), offer, Frames.withoutDigest(select));
        assertEquals(digest, (int) Frames.field(select, 28, 4));
    }

    @Test
    void selectsItsOwnWindowWhereThatIsSmaller() {
        Conversation conversation =
                new Conversation(KvmPolicy.builder().maxInflight(3).build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 16, 7, 7));
        assertEquals(3, Frames.field(conversation.next(), 10, 2));
    }

    @Test
    void selectsOnlyWhatItsUserAllows() {
        Conversation conversation = new Conversation(KvmPolicy.builder()
                .features(FeatureSet.of(Feature.OUT_OF_ORDER))
                .versions(VersionSet.of(ProtocolVersion.TAGGED))
                .build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 9, 7, 7));
        byte[] select = conversation.next();
        assertEquals(2, Frames.field(select, 8, 2));
        assertEquals(2, Frames.field(select, 16, 8));
    }

    @Test
    void stepsDownRatherThanSelectAVersionThatIsNotAllowed() {
        Conversation conversation = new Conversation(KvmPolicy.builder()
                .versions(VersionSet.of(ProtocolVersion.TAGGED))
                .build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 9, 7, 3));
        assertEquals(0, Frames.field(conversation.next(), 8, 2));
    }

    @Test
    void selectsNoFeatureWhoseNeedVersionOneDoesNotMeet() {
        Conversation conversation = new Conversation(KvmPolicy.builder().build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 9, 7, 3));
        byte[] select = conversation.next();
        assertEquals(1, Frames.field(select, 8, 2));
        assertEquals(1, Frames.field(select, 10, 2));
        assertEquals(1, Frames.field(select, 16, 8));
    }

    @Test
    void stepsDownToAnAgreedVersionZero() {
        Conversation conversation = Conversation.open(KvmPolicy.builder().build(), 9, 7, 0x0080_0001);
        assertArrayEquals(
                Frames.hex("0f00 494f5248 03 00 0000 0100 00000000 0000000000000000 00000000"),
                Arrays.copyOf(conversation.select(), 28));
        assertEquals(ProtocolVersion.LEGACY, conversation.side.terms().version());
    }

    @Test
    void neverSelectsGreaseOrWhatItDoesNotKnow() {
        KvmPolicy everything = KvmPolicy.builder().features(new FeatureSet(-1L)).build();
        Conversation conversation = new Conversation(everything);
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 64, -1L, -1));
        byte[] select = conversation.next();
        assertEquals(2, Frames.field(select, 8, 2));
        assertEquals(7, Frames.field(select, 16, 8));
    }

    @Test
    void countsUnknownBitsInTheDigest() {
        Conversation conversation = Conversation.open(KvmPolicy.builder().build(), 64, -1L, -1);
        assertEquals(-1L, conversation.side.offer().orElseThrow().features().bits());
        assertEquals(7, conversation.side.terms().features().bits());
    }

    @Test
    void countsBytes28To31InTheDigestAndShowsThem() {
        Conversation conversation = Conversation.prefer();
        conversation.negotiate();
        byte[] offer = Frames.offer(conversation.hello(), 0);
        Arrays.fill(offer, 28, 32, (byte) 0xEE);
        conversation.receive(offer);
        byte[] select = conversation.next();
        conversation.receive(Frames.accept(conversation.hello(), offer, select));
        assertEquals(KvmState.OPEN, conversation.side.state(), "OFR-011");
        assertEquals(0xEEEE_EEEE, conversation.side.offer().orElseThrow().reserved());
    }

    @ParameterizedTest
    @CsvSource({"PREFER, 1, 7, 1", "PREFER, 2, 3, 0", "PREFER, 0, 7, 0", "REQUIRE, 1, 7, 1"})
    void selectsTheHighestVersionThatIsAllowedHereAndOffered(Policy policy, int allowed, int offered, int selected) {
        Conversation conversation = new Conversation(KvmPolicy.builder()
                .policy(policy)
                .versions(new VersionSet(allowed == 0 ? 0 : 1 << allowed))
                .build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 1, 7, offered));
        assertEquals(selected, Frames.field(conversation.next(), 8, 2), "SEL-001");
    }

    @Test
    void abortsUnderRequireWhereVersion0WouldDoForThePeer() {
        Conversation conversation = new Conversation(KvmPolicy.builder()
                .policy(Policy.REQUIRE)
                .versions(VersionSet.of(ProtocolVersion.TAGGED))
                .build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 1, 7, 3));
        assertEquals(6, Frames.kind(conversation.next()));
        conversation.assertFailed(Clause.SEL_001);
    }

    @Test
    void abortsWhereThereIsNoCommonVersion() {
        Conversation conversation = Conversation.require();
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 64, 7, 0x8000_0009));
        assertArrayEquals(
                Frames.hex("0f00 494f5248 06 00 0100 000000000000 0900008000000000 0000000000000000"),
                conversation.next());
        conversation.assertFailed(Clause.SEL_001);
    }

    @Test
    void abortsWhereARequiredFeatureIsMissing() {
        Conversation conversation = new Conversation(KvmPolicy.builder()
                .requiredFeatures(FeatureSet.of(Feature.FENCE, Feature.OUT_OF_ORDER))
                .build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 64, 3, 7));
        assertArrayEquals(
                Frames.hex("0f00 494f5248 06 00 0500 000000000000 0400000000000000 0000000000000000"),
                conversation.next());
        conversation.assertFailed(Clause.SEL_004);
    }

    @Test
    void abortsAnOfferOfNoWindow() {
        Conversation conversation = Conversation.require();
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 0, 7, 0));
        assertArrayEquals(
                Frames.hex("0f00 494f5248 06 00 0600 000000000000 0000000000000000 0000000000000000"),
                conversation.next());
        conversation.assertFailed(Clause.OFR_012);
    }

    @Test
    void selectsExactlyWhatIsPinned() {
        Conversation conversation = new Conversation(
                KvmPolicy.builder().pin(agreement(100, Feature.FENCE)).build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 200, 7, 7));
        byte[] select = conversation.next();
        assertEquals(2, Frames.field(select, 8, 2));
        assertEquals(100, Frames.field(select, 10, 2));
        assertEquals(4, Frames.field(select, 16, 8));
    }

    @Test
    void abortsWithAllThatIsMissingFromAPin() {
        Conversation conversation = new Conversation(KvmPolicy.builder()
                .pin(agreement(100, Feature.FENCE, Feature.OUT_OF_ORDER))
                .build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 99, 1, 2));
        byte[] abort = conversation.next();
        assertEquals(6, Frames.kind(abort));
        assertEquals(10, Frames.field(abort, 8, 2));
        assertEquals(0xC000_0000_0000_0006L, Frames.field(abort, 16, 8));
        conversation.assertFailed(Clause.REC_002);
    }

    @Test
    void namesOnlyTheWindowWhereOnlyThatIsTooSmallForAPin() {
        Conversation conversation =
                new Conversation(KvmPolicy.builder().pin(agreement(100)).build());
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello(), 0, 99, 7, 7));
        assertEquals(0x8000_0000_0000_0000L, Frames.field(conversation.next(), 16, 8));
    }
}
