// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Optional;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** K's decisions on an OFFER, beyond the vectors; the reason of a refusal should tell the user what to change. */
class KvmChoiceTest {
    private static final Agreement PIN = new Agreement(
            ProtocolVersion.TAGGED, FeatureSet.of(Feature.OUT_OF_ORDER, Feature.FENCE), 64, Layout.INFO_WORD);

    @Test
    void neverSelectsGreaseOrWhatItDoesNotKnow() {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder().features(new FeatureSet(-1L)));
        kvm.negotiate(64, -1L, -1);
        byte[] select = kvm.next();
        assertEquals(3, Frames.kind(select));
        assertEquals(2, Frames.field(select, 8, 2));
        assertEquals(7, Frames.field(select, 16, 8));
    }

    @ParameterizedTest
    @CsvSource({"PREFER, 1, 7, 1", "PREFER, 2, 3, 0", "PREFER, 0, 7, 0", "REQUIRE, 1, 7, 1"})
    void selectsTheHighestVersionThatIsAllowedHereAndOffered(Policy policy, int allowed, int offered, int selected) {
        KvmHarness kvm = new KvmHarness(
                KvmPolicy.builder().policy(policy).versions(new VersionSet(allowed == 0 ? 0 : 1 << allowed)));
        kvm.negotiate(1, 7, offered);
        assertEquals(selected, Frames.field(kvm.next(), 8, 2), "SEL-001");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0x3        | 0x7 | 1  | version 2 (offered: 0,1), window 64 (offered: 1)
                    0x55000007 | 0x3 | 64 | FENCE (not offered)
                    0x7        | 0x7 | 16 | window 64 (offered: 16)
                    0x3        | 0x0 | 63 | version 2 (offered: 0,1), window 64 (offered: 63), OUT_OF_ORDER (not offered), FENCE (not offered)
                    """)
    void namesAllThatAPinNeedsAndIsNotOffered(String versions, String features, int window, String missing) {
        assertEquals(
                "the offer is not acceptable: the pin needs " + missing + "; sent ABORT PIN_UNSATISFIED [REC-002]",
                refusal(KvmPolicy.builder().pin(PIN).build(), offer(versions, features, window)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0x7 | 0x3 | FENCE (not offered)
                    0x3 | 0x7 | OUT_OF_ORDER (needs version 2), FENCE (needs version 2)
                    0x3 | 0x2 | OUT_OF_ORDER (needs version 2), FENCE (not offered)
                    """)
    void namesTheFeaturesThatAreRequiredAndMissing(String versions, String features, String missing) {
        KvmPolicy policy = KvmPolicy.builder()
                .requiredFeatures(FeatureSet.of(Feature.OUT_OF_ORDER, Feature.FENCE))
                .build();
        assertEquals(
                "the offer is not acceptable: required features are missing: " + missing
                        + "; sent ABORT REQUIRED_FEATURE_MISSING [SEL-004]",
                refusal(policy, offer(versions, features, 64)));
    }

    @ParameterizedTest
    @CsvSource({"0x55000005, '0,2'", "0x1, 0", "0x0, none"})
    void namesTheVersionsOfBothWhereNoneIsCommon(String versions, String offered) {
        KvmPolicy policy = KvmPolicy.builder()
                .policy(Policy.REQUIRE)
                .versions(VersionSet.of(ProtocolVersion.EXACT))
                .build();
        assertEquals(
                "the offer is not acceptable: no common version: allowed 1, offered " + offered
                        + "; sent ABORT NO_COMMON_VERSION [SEL-001]",
                refusal(policy, offer(versions, "0x0", 64)));
    }

    private static Offer offer(String versions, String features, int window) {
        return new Offer(0, window, new FeatureSet(Long.decode(features)), new VersionSet(Integer.decode(versions)), 1);
    }

    private static String refusal(KvmPolicy policy, Offer offer) {
        Choice.Refuse refusal = assertInstanceOf(Choice.Refuse.class, Choice.of(policy, offer));
        return new Failure.Aborted(refusal.abort(), Optional.of(refusal.by()), refusal.words()).inWords();
    }
}
