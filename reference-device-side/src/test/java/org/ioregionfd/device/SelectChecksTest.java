// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** D's answer to a SELECT: each fault alone, and each pair of faults, where the earlier clause decides. */
class SelectChecksTest {
    /** Requires POSTED_WRITES, offers a window of 8 and everything else. */
    private static final DevicePolicy POLICY = DevicePolicy.DEFAULT
            .withRequiredFeatures(FeatureSet.of(Feature.POSTED_WRITES))
            .withMaxInflight(8)
            .withGrease(Grease.of(1));

    private static final long GREASE_BIT = 1L << 50;

    private static final Grease GREASE_ALL = new Grease(VersionSet.GREASE, FeatureSet.GREASE);

    /**
     * A fault, as a change of a good SELECT of version 2.
     *
     * @param detail of the REJECT, given the SELECT; that of DIGEST_MISMATCH is not compared
     */
    private record Fault(Clause clause, Reason reason, ToLongFunction<ByteBuf> detail, Change change) {}

    @FunctionalInterface
    private interface Change {
        void to(ByteBuf select);
    }

    /** In the order of the clauses. */
    private static final List<Fault> FAULTS = List.of(
            new Fault(Clause.SEL_010, Reason.UNEXPECTED_FRAME, select -> 3, select -> select.setByte(0, 0x0E)),
            new Fault(Clause.SEL_011, Reason.RESERVED_NOT_ZERO, select -> 13, select -> select.setByte(13, 1)),
            new Fault(Clause.SEL_012, Reason.DIGEST_MISMATCH, select -> 0, SelectChecksTest::spoilDigest),
            new Fault(Clause.SEL_013, Reason.VERSION_NOT_OFFERED, select -> 3, select -> select.setShortLE(8, 3)),
            new Fault(
                    Clause.SEL_014,
                    Reason.BAD_WINDOW,
                    SelectChecksTest::largestWindow,
                    select -> select.setShortLE(10, 9)),
            new Fault(
                    Clause.SEL_015,
                    Reason.FEATURE_NOT_OFFERED,
                    select -> GREASE_BIT,
                    select -> select.setLongLE(16, select.getLongLE(16) | GREASE_BIT)),
            new Fault(Clause.SEL_016, Reason.FEATURE_DEPENDENCY, select -> 6, SelectChecksTest::makeVersionOne),
            new Fault(
                    Clause.SEL_017,
                    Reason.REQUIRED_FEATURE_MISSING,
                    select -> 1,
                    select -> select.setLongLE(16, select.getLongLE(16) & ~1L)));

    @TestFactory
    Stream<DynamicTest> eachFaultIsRejectedByItsClause() {
        return FAULTS.stream().map(fault -> dynamicTest(fault.clause().id(), () -> check(List.of(fault))));
    }

    @TestFactory
    Stream<DynamicTest> theEarlierOfTwoFaultsDecides() {
        return pairs().map(pair -> dynamicTest(
                pair.get(0).clause().id() + " before " + pair.get(1).clause().id(), () -> check(pair)));
    }

    /** All but one: a version cannot be wrong in two ways at a time. */
    private static Stream<List<Fault>> pairs() {
        return IntStream.range(0, FAULTS.size())
                .boxed()
                .flatMap(i -> FAULTS.subList(i + 1, FAULTS.size()).stream().map(later -> List.of(FAULTS.get(i), later)))
                .filter(pair ->
                        pair.get(0).clause() != Clause.SEL_013 || pair.get(1).clause() != Clause.SEL_016);
    }

    private static void check(List<Fault> faults) {
        Fault first = faults.get(0);
        Kvm kvm = new Kvm(POLICY);
        kvm.hello(Kvm.detached());
        ByteBuf select = kvm.select(2, FeatureSet.ALL, 8);
        for (int i = faults.size() - 1; i >= 0; i--) {
            faults.get(i).change().to(select);
        }
        kvm.sealed(select);
        if (faults.stream().anyMatch(fault -> fault.clause() == Clause.SEL_012)) {
            spoilDigest(select);
        }
        String expected = Kvm.reject(first.reason(), first.detail().applyAsLong(select));

        String answer = kvm.ask(select);

        assertEquals(Phase.DRAINING, kvm.channel.phase());
        Ending.Rejected ending = (Ending.Rejected) kvm.channel.ending().orElseThrow();
        assertEquals(first.clause(), ending.violation().clause());
        int compared = first.reason() == Reason.DIGEST_MISMATCH ? 32 : 64;
        assertEquals(expected.substring(0, compared), answer.substring(0, compared));
    }

    private static long largestWindow(ByteBuf select) {
        return select.getShortLE(8) == 2 ? 8 : 1;
    }

    private static void spoilDigest(ByteBuf select) {
        select.setIntLE(28, ~select.getIntLE(28));
    }

    private static void makeVersionOne(ByteBuf select) {
        select.setShortLE(8, 1);
        // A window that is wrong stays wrong for version 1.
        if (select.getShortLE(10) == 8) {
            select.setShortLE(10, 1);
        }
    }

    /** [SEL-011] */
    @Test
    void namesTheFirstReservedByteThatIsNotZero() {
        for (int index : new int[] {1, 7, 12, 13, 14, 15, 24, 25, 26, 27}) {
            Kvm kvm = new Kvm(POLICY);
            kvm.hello(Kvm.detached());
            ByteBuf select = kvm.select(2, FeatureSet.ALL, 8);
            select.setByte(27, 0xFF).setByte(index, 0x80);

            assertEquals(Kvm.reject(Reason.RESERVED_NOT_ZERO, index), kvm.ask(kvm.sealed(select)));
        }
    }

    /** [SEL-013] Neither grease nor version 0 without its bit. */
    @Test
    void rejectsVersionsThatAreNotOffered() {
        DevicePolicy withoutOne = DevicePolicy.DEFAULT.withVersions(VersionSet.of(ProtocolVersion.TAGGED));
        assertVersionRejected(withoutOne, 1);
        assertVersionRejected(DevicePolicy.DEFAULT.withPolicy(Policy.REQUIRE), 0);
        for (int version : new int[] {3, 23, 24, 31, 32, 33, 0xFFFF}) {
            assertVersionRejected(DevicePolicy.DEFAULT.withGrease(GREASE_ALL), version);
        }
    }

    private static void assertVersionRejected(DevicePolicy policy, int version) {
        Kvm kvm = new Kvm(policy);
        kvm.hello(Kvm.detached());

        assertEquals(Kvm.reject(Reason.VERSION_NOT_OFFERED, version), kvm.ask(kvm.select(version, FeatureSet.NONE, 1)));
    }

    /** [SEL-014] */
    @Test
    void namesTheLargestLegalWindowOfTheVersion() {
        assertWindowRejected(2, 0, 64);
        assertWindowRejected(2, 65, 64);
        assertWindowRejected(2, 0xFFFF, 64);
        assertWindowRejected(1, 0, 1);
        assertWindowRejected(1, 2, 1);
        assertWindowRejected(0, 0, 1);
        assertWindowRejected(0, 2, 1);
    }

    private static void assertWindowRejected(int version, int maxInflight, int largest) {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);

        assertEquals(
                Kvm.reject(Reason.BAD_WINDOW, largest),
                kvm.negotiate(version, FeatureSet.NONE, maxInflight).get(1));
    }

    /** [SEL-015] Grease was in the OFFER, and is still no feature. */
    @Test
    void masksTheFeaturesThatWereNotOffered() {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT
                .withGrease(GREASE_ALL)
                .withFeatures(FeatureSet.of(Feature.POSTED_WRITES, Feature.FENCE)));

        assertEquals(
                Kvm.reject(Reason.FEATURE_NOT_OFFERED, ~0b101L),
                kvm.negotiate(2, new FeatureSet(-1L), 64).get(1));
    }

    /** [SEL-017] */
    @Test
    void masksTheRequiredFeaturesThatAreMissingFromASelectOfVersionZeroToo() {
        DevicePolicy policy =
                DevicePolicy.DEFAULT.withRequiredFeatures(FeatureSet.of(Feature.OUT_OF_ORDER, Feature.FENCE));
        assertEquals(
                Kvm.reject(Reason.REQUIRED_FEATURE_MISSING, 0b110),
                new Kvm(policy).negotiate(0, FeatureSet.NONE, 1).get(1));
    }

    /** [ACC-001] Every SELECT of a subset is repeated in the ACCEPT. */
    @Test
    void acceptsEverySubsetOfWhatWasOffered() {
        for (int version = 0; version <= 2; version++) {
            long possible = FeatureSet.possibleWith(ProtocolVersion.of(version).orElseThrow())
                    .bits();
            for (long features = 0; features <= possible; features++) {
                Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
                int maxInflight = version == 2 ? 33 : 1;

                String accept = kvm.negotiate(version, new FeatureSet(features), maxInflight)
                        .get(1);

                assertEquals(
                        "0000000000000000494f52480400%02x00%02x00000000000000%02x000000"
                                .formatted(maxInflight, features, version),
                        accept.substring(0, 56));
            }
        }
    }
}
