// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;

/** Section 9.1: the info-word layout made exact. */
class VersionOneTest {
    private static Kvm kvm(Feature... features) {
        return Kvm.open(DevicePolicy.DEFAULT, 1, FeatureSet.of(features), 1);
    }

    private static ByteBuf read(int size, long userData, long offset) {
        return Kvm.read(Layout.INFO_WORD, size, userData, offset);
    }

    /** [V1-003, ACE-003] */
    @Test
    void answersReadsAndWritesInOrder() {
        assertEquals(
                List.of(Kvm.response(0), Kvm.response(0x2211), Kvm.response(0xFFFF), Kvm.response(0xFF)),
                kvm().send(Kvm.all(
                        Kvm.write(Layout.INFO_WORD, 2, 1, 0, 0x2211),
                        read(4, 1, 0),
                        read(2, 1, 0x110),
                        read(1, 9, 0))));
    }

    /** [ACE-003] */
    @Test
    void ignoresBitsAboveTheAccessSizeOfAWrite() {
        Kvm kvm = kvm();
        ByteBuf write = Kvm.write(Layout.INFO_WORD, 1, 1, 0, 0);

        assertEquals(Kvm.response(0), kvm.ask(write.setLongLE(24, -1)));
        assertEquals(Kvm.response(0xFF), kvm.ask(read(8, 1, 0)));
    }

    /** [VIO-002] Bits 7..31 of info, and the padding. */
    @Test
    void closesOnEveryReservedBit() {
        for (int bit = 7; bit < 64; bit++) {
            ByteBuf read = read(1, 1, 0x128);
            assertClosed(Clause.VIO_002, kvm(), read.setLongLE(0, read.getLongLE(0) | (1L << bit)));
        }
    }

    /** [VIO-002] */
    @Test
    void closesOnEveryOtherCmd() {
        for (int cmd = 2; cmd <= 15; cmd++) {
            assertClosed(Clause.VIO_002, kvm(), read(1, 1, 0).setByte(0, 0x40 | cmd));
        }
    }

    /** [VIO-002] */
    @Test
    void closesOnAReadWithoutRespOrWithData() {
        assertClosed(Clause.VIO_002, kvm(Feature.POSTED_WRITES), read(1, 1, 0).setByte(0, 0));
        assertClosed(Clause.VIO_002, kvm(), read(1, 1, 0).setByte(31, 1));
    }

    /** [VIO-005] */
    @Test
    void closesOnAPostedWriteThatWasNotAgreed() {
        assertClosed(Clause.VIO_005, kvm(), Kvm.posted(Layout.INFO_WORD, 1, 1, 0, 1));
    }

    private static void assertClosed(Clause clause, Kvm kvm, ByteBuf command) {
        assertEquals(List.of(), kvm.send(command));
        kvm.assertViolated(clause);
    }

    /** [V1-003] */
    @Test
    void executesPostedWritesSilently() {
        Kvm kvm = kvm(Feature.POSTED_WRITES);

        assertEquals(List.of(), kvm.send(Kvm.posted(Layout.INFO_WORD, 1, 1, 0, 0x42)));
        assertEquals(List.of(), kvm.send(Kvm.posted(Layout.INFO_WORD, 1, 1, 0x120, 0x42)));
        assertEquals(Kvm.response(0x42), kvm.ask(read(1, 1, 0)));
    }
}
