// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Section 9.2 to 9.6: tags, statuses, order, window, FENCE, violations. */
class VersionTwoTest {
    private static final int OK = 1;
    private static final long HOLD = 0x110;
    private static final long RELEASE = 0x118;

    private static Kvm kvm(Feature... features) {
        return Kvm.open(DevicePolicy.DEFAULT, 2, FeatureSet.of(features), 64);
    }

    private static Kvm window(int maxInflight, Feature... features) {
        return Kvm.open(DevicePolicy.DEFAULT, 2, FeatureSet.of(features), maxInflight);
    }

    private static ByteBuf hold(int tag) {
        return Kvm.taggedRead(tag, 4, 1, HOLD);
    }

    private static ByteBuf memory(int tag) {
        return Kvm.taggedRead(tag, 4, 1, 0);
    }

    private static ByteBuf release(int tag, long value) {
        return Kvm.taggedWrite(tag, 8, 1, RELEASE, value);
    }

    /** [V2-003, V2-004] */
    @Test
    void answersWithTagAndStatus() {
        assertEquals(
                List.of(
                        Kvm.response(0, 7, OK),
                        Kvm.response(0x44332211, -1, OK),
                        Kvm.response(0xFFFF, 1, 2),
                        Kvm.response(0xFFFFFFFFL, 2, 3),
                        Kvm.response(0xFF, 3, 4),
                        Kvm.response(0xFF, 4, 4)),
                kvm().send(Kvm.all(
                        Kvm.taggedWrite(7, 4, 1, 0, 0x44332211),
                        Kvm.taggedRead(-1, 8, 1, 0),
                        Kvm.taggedRead(1, 2, 0, 0),
                        Kvm.taggedRead(2, 4, 2, 0xFFD),
                        Kvm.taggedRead(3, 1, 2, 0x120),
                        Kvm.taggedWrite(4, 1, 2, 0x120, 1))));
    }

    /** [ACE-001] Region before offset; the offset is compared without wrapping around. */
    @Test
    void findsAccessErrorsInTheirOrder() {
        Kvm kvm = kvm();

        assertEquals(Kvm.response(0xFF, 1, 2), kvm.ask(Kvm.taggedRead(1, 1, 3, -1)));
        assertEquals(Kvm.response(0xFFFF, 1, 3), kvm.ask(Kvm.taggedRead(1, 2, 1, -1)));
        assertEquals(Kvm.response(0xFFFF, 1, 3), kvm.ask(Kvm.taggedRead(1, 2, 1, 0xFFF)));
        assertEquals(Kvm.response(0xFFFF, 1, 4), kvm.ask(Kvm.taggedRead(1, 2, 1, 0xFFE)));
        assertEquals(Kvm.response(-1, 1, 3), kvm.ask(Kvm.taggedRead(1, 8, 1, Long.MIN_VALUE)));
    }

    /** [ORD-001, ORD-002, ORD-003, DEV-003] The READ before the WRITE sees the old value. */
    @Test
    void holdsBackAnswersBehindAHeldReadInOrder() {
        Kvm kvm = kvm();

        assertEquals(List.of(), kvm.send(Kvm.all(hold(1), memory(2), Kvm.taggedWrite(3, 4, 1, 0, 5))));
        assertEquals(
                List.of(
                        Kvm.response(0x44332211, 1, OK),
                        Kvm.response(0, 2, OK),
                        Kvm.response(0, 3, OK),
                        Kvm.response(0, 4, OK)),
                kvm.send(release(4, 0x8877665544332211L)));
        assertEquals(Kvm.response(5, 1, OK), kvm.ask(memory(1)));
    }

    /** [ORD-004, DEV-003] */
    @Test
    void answersPastAHeldReadOutOfOrder() {
        Kvm kvm = kvm(Feature.OUT_OF_ORDER);

        assertEquals(
                List.of(Kvm.response(0, 3, OK), Kvm.response(0, 4, OK)),
                kvm.send(Kvm.all(hold(1), hold(2), memory(3), Kvm.taggedWrite(4, 4, 1, 0, 5))));
        assertEquals(
                List.of(Kvm.response(9, 1, OK), Kvm.response(9, 2, OK), Kvm.response(0, 5, OK)),
                kvm.send(release(5, 9)));
    }

    /** [DEV-001] Each region has its own held READs. */
    @Test
    void releasesOnlyTheReadsOfTheRegion() {
        Kvm kvm = kvm(Feature.OUT_OF_ORDER);
        kvm.send(Kvm.all(hold(1), Kvm.taggedRead(2, 1, 2, HOLD), hold(3)));

        assertEquals(
                List.of(Kvm.response(0xBB, 2, OK), Kvm.response(0, 4, OK)),
                kvm.send(Kvm.taggedWrite(4, 8, 2, RELEASE, 0xAABB)));
        assertEquals(
                List.of(Kvm.response(1, 1, OK), Kvm.response(1, 3, OK), Kvm.response(0, 4, OK)),
                kvm.send(release(4, 1)));
    }

    /** A READ is released once, and held again if it is asked for again. */
    @Test
    void releasesNothingTwice() {
        Kvm kvm = kvm(Feature.OUT_OF_ORDER);
        kvm.send(Kvm.all(hold(1), hold(2)));
        kvm.send(release(3, 1));

        assertEquals(Kvm.response(0, 3, OK), kvm.ask(release(3, 2)));
        assertEquals(List.of(), kvm.send(hold(1)));
        assertEquals(List.of(Kvm.response(4, 1, OK), Kvm.response(0, 3, OK)), kvm.send(release(3, 4)));
    }

    /** [ACE-003] Of a WRITE of one byte one byte is released. */
    @Test
    void ignoresBitsAboveTheAccessSizeOfAWrite() {
        Kvm kvm = kvm(Feature.OUT_OF_ORDER);
        kvm.send(hold(1));

        assertEquals(
                List.of(Kvm.response(0xEE, 1, OK), Kvm.response(0, 2, OK)),
                kvm.send(Kvm.taggedWrite(2, 1, 1, RELEASE, 0).setLongLE(24, 0xFFFFEEL)));
    }

    /** [FEA-001] Nothing later is held back by a FENCE, and the FENCE waits for all that is earlier. */
    @Test
    void answersAFenceWhenAllBeforeItHasCompleted() {
        Kvm kvm = kvm(Feature.OUT_OF_ORDER, Feature.FENCE);

        assertEquals(
                List.of(Kvm.response(0, 4, OK)),
                kvm.send(Kvm.all(hold(1), Kvm.fence(2), Kvm.taggedRead(3, 4, 2, HOLD), memory(4), Kvm.fence(5))));
        assertEquals(
                List.of(Kvm.response(6, 1, OK), Kvm.response(0, 2, OK), Kvm.response(0, 7, OK)),
                kvm.send(release(7, 6)));
        assertEquals(
                List.of(Kvm.response(8, 3, OK), Kvm.response(0, 5, OK), Kvm.response(0, 7, OK)),
                kvm.send(Kvm.taggedWrite(7, 8, 2, RELEASE, 8)));
    }

    /** [FEA-001, ORD-003] */
    @Test
    void answersAFenceInItsTurn() {
        Kvm kvm = kvm(Feature.FENCE);

        assertEquals(List.of(), kvm.send(Kvm.all(hold(1), Kvm.fence(2), memory(3))));
        assertEquals(
                List.of(Kvm.response(6, 1, OK), Kvm.response(0, 2, OK), Kvm.response(0, 3, OK), Kvm.response(0, 4, OK)),
                kvm.send(release(4, 6)));
    }

    /** [VIO-006] FENCEs and commands that wait for their turn count too; posted WRITEs do not. */
    @Test
    void closesOnACommandThatExceedsTheWindow() {
        Kvm kvm = window(3, Feature.POSTED_WRITES, Feature.FENCE);
        kvm.send(Kvm.all(hold(1), Kvm.fence(2), memory(3), Kvm.taggedWrite(0, 4, 1, 0, 1)));

        assertEquals(List.of(), kvm.send(release(4, 1)));
        kvm.assertViolated(Clause.VIO_006);
    }

    /** [VIO-006] A command counts until its response was handed to the channel, and its tag likewise. */
    @Test
    void countsNoCommandWhoseResponseIsOut() {
        Kvm kvm = window(2, Feature.OUT_OF_ORDER);
        kvm.send(hold(1));
        for (int i = 0; i < 100; i++) {
            assertEquals(Kvm.response(0, 2, OK), kvm.ask(memory(2)));
        }
        assertEquals(List.of(Kvm.response(3, 1, OK), Kvm.response(0, 2, OK)), kvm.send(release(2, 3)));
        assertEquals(List.of(), kvm.send(Kvm.all(hold(2), hold(1))));
        assertEquals(List.of(), kvm.send(memory(3)));
        kvm.assertViolated(Clause.VIO_006);
    }

    /** [VIO-006] */
    @Test
    void closesOnATagThatIsInUse() {
        Kvm held = kvm(Feature.OUT_OF_ORDER);
        held.send(Kvm.all(hold(0x10001), hold(1)));
        assertEquals(List.of(), held.send(memory(0x10001)));
        held.assertViolated(Clause.VIO_006);

        Kvm waiting = kvm();
        waiting.send(Kvm.all(hold(1), memory(2)));
        assertEquals(List.of(), waiting.send(memory(2)));
        waiting.assertViolated(Clause.VIO_006);
    }

    /** [DEV-002] */
    @Test
    void holdsNothingInAWindowOfOne() {
        assertEquals(
                Kvm.response(0xFFFFFFFFL, 1, OK), window(1, Feature.values()).ask(hold(1)));
    }

    @TestFactory
    Stream<DynamicTest> closesWithoutAFrameOnEveryOtherViolation() {
        Map<String, Supplier<ByteBuf>> vio3 = Map.of(
                "op 0", () -> memory(1).setByte(0, 0),
                "op 1", () -> memory(1).setByte(0, 1),
                "op 5", () -> memory(1).setByte(0, 5),
                "op 0x0F", () -> memory(1).setByte(0, 0x0F),
                "size exponent 4", () -> memory(1).setByte(1, 4),
                "flag 1", () -> memory(1).setByte(2, 3),
                "flag 15", () -> memory(1).setByte(3, 0x80),
                "data of a READ", () -> memory(1).setByte(31, 1));
        Map<String, Supplier<ByteBuf>> vio3Fence = Map.of(
                "size exponent of a FENCE", () -> Kvm.fence(1).setByte(1, 1),
                "user_data of a FENCE", () -> Kvm.fence(1).setByte(8, 1),
                "offset of a FENCE", () -> Kvm.fence(1).setByte(23, 1),
                "data of a FENCE", () -> Kvm.fence(1).setByte(24, 1));
        Map<String, Supplier<ByteBuf>> vio4 = Map.of(
                "READ that wants none", () -> memory(0),
                "READ that wants none, tagged", () -> memory(1).setByte(2, 0),
                "FENCE that wants none", () -> Kvm.fence(0),
                "READ with tag 0", () -> memory(0).setByte(2, 1),
                "WRITE with tag 0", () -> release(0, 1).setByte(2, 1),
                "posted WRITE with a tag", () -> release(1, 1).setByte(2, 0));
        return Stream.of(
                        cases(Clause.VIO_003, FeatureSet.ALL, vio3),
                        cases(Clause.VIO_003, FeatureSet.ALL, vio3Fence),
                        cases(Clause.VIO_003, FeatureSet.NONE, Map.of("FENCE unselected", () -> Kvm.fence(1))),
                        cases(Clause.VIO_004, FeatureSet.ALL, vio4),
                        cases(Clause.VIO_005, FeatureSet.NONE, Map.of("posted WRITE", () -> release(0, 1))),
                        cases(Clause.VIO_001, FeatureSet.ALL, Map.of("HELLO", Kvm::detached)))
                .flatMap(tests -> tests);
    }

    private static Stream<DynamicTest> cases(
            Clause clause, FeatureSet features, Map<String, Supplier<ByteBuf>> frames) {
        return frames.entrySet().stream()
                .map(frame -> dynamicTest(clause.id() + " " + frame.getKey(), () -> {
                    Kvm kvm = Kvm.open(DevicePolicy.DEFAULT, 2, features, 64);
                    kvm.send(hold(77));

                    assertEquals(List.of(), kvm.send(frame.getValue().get()));
                    kvm.assertViolated(clause);
                }));
    }
}
