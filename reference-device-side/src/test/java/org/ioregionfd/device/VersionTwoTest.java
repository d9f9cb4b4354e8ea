// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static java.util.Map.entry;
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

/** Section 9.2 to 9.6: order, window, FENCE, violations; the vectors have tags and statuses, and more of these. */
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

    /** Those that are not in the vectors. */
    @TestFactory
    Stream<DynamicTest> closesWithoutAFrameOnEveryOtherViolation() {
        Map<String, Supplier<ByteBuf>> frames = Map.ofEntries(
                entry("VIO_003 op 0", () -> memory(1).setByte(0, 0)),
                entry("VIO_003 op 1", () -> memory(1).setByte(0, 1)),
                entry("VIO_003 op 0x0F", () -> memory(1).setByte(0, 0x0F)),
                entry("VIO_003 flag 15", () -> memory(1).setByte(3, 0x80)),
                entry("VIO_003 data of a READ", () -> memory(1).setByte(31, 1)),
                entry("VIO_003 size exponent of a FENCE", () -> Kvm.fence(1).setByte(1, 1)),
                entry("VIO_003 user_data of a FENCE", () -> Kvm.fence(1).setByte(8, 1)),
                entry("VIO_003 offset of a FENCE", () -> Kvm.fence(1).setByte(23, 1)),
                entry("VIO_003 data of a FENCE", () -> Kvm.fence(1).setByte(24, 1)),
                entry("VIO_004 READ that wants none, tagged", () -> memory(1).setByte(2, 0)),
                entry("VIO_004 WRITE with tag 0", () -> release(0, 1).setByte(2, 1)));
        return frames.entrySet().stream()
                .map(frame -> dynamicTest(frame.getKey(), () -> {
                    Kvm kvm = kvm(Feature.values());
                    kvm.send(hold(77));

                    assertEquals(List.of(), kvm.send(frame.getValue().get()));
                    kvm.assertViolated(Clause.valueOf(frame.getKey().substring(0, 7)));
                }));
    }
}
