// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;

class KvmPolicyTest {
    private static final Agreement VERSION_0 =
            new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, Layout.INFO_WORD);
    private static final Agreement VERSION_2 =
            new Agreement(ProtocolVersion.TAGGED, FeatureSet.of(Feature.FENCE), 100, Layout.BYTE_FIELDS);

    private static String refusal(UnaryOperator<KvmPolicy.Builder> options) {
        KvmPolicy.Builder builder = options.apply(KvmPolicy.builder());
        return assertThrows(ConfigurationException.class, builder::build).getMessage();
    }

    @Test
    void hasTheDocumentsDefaults() {
        KvmPolicy policy = KvmPolicy.builder().build();
        assertEquals(Policy.PREFER, policy.policy());
        assertEquals(HelloMode.ATTACHED, policy.hello());
        assertEquals(Layout.INFO_WORD, policy.layout());
        assertEquals(6, policy.versions().bits());
        assertEquals(FeatureSet.ALL, policy.features());
        assertEquals(64, policy.maxInflight());
        assertEquals(1_000_000_000L, policy.deadlineNanos());
    }

    @Test
    void impliesADetachedHelloUnderRequireAndWithAPin() {
        assertEquals(
                HelloMode.DETACHED,
                KvmPolicy.builder().policy(Policy.REQUIRE).build().hello());
        KvmPolicy pinned = KvmPolicy.builder().pin(VERSION_2).build();
        assertEquals(HelloMode.DETACHED, pinned.hello());
        assertEquals(Policy.REQUIRE, pinned.policy());
        assertEquals(Layout.BYTE_FIELDS, pinned.layout());
        assertEquals(100, pinned.maxInflight());
    }

    @Test
    void takesAPinFromItsRecord() {
        SavedAgreement saved = new SavedAgreement(VERSION_2);
        assertEquals(VERSION_2, SavedAgreement.of(saved.bytes()).agreement());
        assertEquals(VERSION_2, SavedAgreement.ofHex(saved.hex()).agreement());
        assertEquals(VERSION_2, KvmPolicy.builder().pin(saved).build().pin().orElseThrow());
    }

    @Test
    void refusesARecordWithAnyByteChanged() {
        byte[] bytes = new SavedAgreement(VERSION_2).bytes();
        for (int offset = 0; offset < Frames.LENGTH; offset++) {
            byte[] changed = Frames.with(bytes, offset, bytes[offset] ^ 0x10);
            ConfigurationException refusal =
                    assertThrows(ConfigurationException.class, () -> SavedAgreement.of(changed));
            assertTrue(refusal.getMessage().endsWith("[REC-003]"), refusal.getMessage());
        }
    }

    @Test
    void refusesARecordOfAnotherLength() {
        assertThrows(ConfigurationException.class, () -> SavedAgreement.of(new byte[31]));
        assertThrows(ConfigurationException.class, () -> SavedAgreement.ofHex("00"));
        assertThrows(
                ConfigurationException.class, () -> SavedAgreement.ofHex(new SavedAgreement(VERSION_2).hex() + "\n"));
        assertThrows(ConfigurationException.class, () -> SavedAgreement.ofHex("zz".repeat(Frames.LENGTH)));
    }

    @Test
    void refusesARequiredFeatureThatIsNotAllowed() {
        String refusal = refusal(builder -> builder.features(FeatureSet.of(Feature.FENCE))
                .requiredFeatures(FeatureSet.of(Feature.OUT_OF_ORDER, Feature.FENCE)));
        assertEquals("required but not allowed: OUT_OF_ORDER [POL-003]", refusal);
    }

    /** [POL-003] */
    @Test
    void refusesWhatContradictsItself() {
        FeatureSet outOfOrder = FeatureSet.of(Feature.OUT_OF_ORDER);
        List<UnaryOperator<KvmPolicy.Builder>> contradictions = List.of(
                builder -> builder.policy(Policy.REQUIRE).hello(HelloMode.ATTACHED),
                builder -> builder.pin(VERSION_2).hello(HelloMode.ATTACHED),
                builder -> builder.policy(Policy.REQUIRE).pin(VERSION_0),
                builder -> builder.pin(VERSION_2).policy(Policy.OFF),
                builder -> builder.pin(VERSION_2).versions(VersionSet.of(ProtocolVersion.EXACT)),
                builder -> builder.pin(VERSION_2).features(FeatureSet.NONE),
                builder -> builder.pin(VERSION_0).requiredFeatures(outOfOrder),
                builder -> builder.pin(VERSION_2).requiredFeatures(outOfOrder));
        for (UnaryOperator<KvmPolicy.Builder> contradiction : contradictions) {
            String refusal = refusal(contradiction);
            assertTrue(refusal.endsWith("[POL-003]"), refusal);
        }
    }

    @Test
    void refusesRequireWithoutAVersion() {
        refusal(builder -> builder.policy(Policy.REQUIRE).versions(VersionSet.NONE));
        KvmPolicy.builder().versions(VersionSet.NONE).build();
    }

    @Test
    void refusesNumbersOutOfRange() {
        refusal(builder -> builder.maxInflight(0));
        refusal(builder -> builder.maxInflight(0x1_0000));
        refusal(builder -> builder.deadlineNanos(0));
        refusal(builder -> builder.deadlineNanos(KvmPolicy.DEADLINE_NANOS_MAX + 1));
        refusal(builder -> builder.versions(new VersionSet(8)));
        refusal(builder -> builder.versions(new VersionSet(3)));
    }

    @Test
    void allowsOnlyOffOnABigEndianHost() {
        ConfigurationException refusal = assertThrows(
                ConfigurationException.class, () -> KvmPolicy.builder().build(ByteOrder.BIG_ENDIAN));
        assertTrue(refusal.getMessage().endsWith("[CHN-012]"));
        assertTrue(refusal.isOfHost());
        KvmPolicy.builder().policy(Policy.OFF).build(ByteOrder.BIG_ENDIAN);
    }
}
