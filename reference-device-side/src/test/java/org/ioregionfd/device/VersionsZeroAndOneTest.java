// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sections 4.2 and 9.1: version 0 as an aware D serves it, in both layouts, and version 1, which is one made exact. */
class VersionsZeroAndOneTest {
    private static Kvm kvm(Layout layout) {
        return new Kvm(DevicePolicy.DEFAULT.withLayout(layout));
    }

    /** [V0-012] */
    @ParameterizedTest
    @EnumSource
    void answersNoWriteThatWantsNoResponse(Layout layout) {
        Kvm kvm = kvm(layout);

        assertEquals(List.of(), kvm.send(Kvm.posted(layout, 4, 1, 0, 0x55)));
        assertEquals(List.of(), kvm.send(Kvm.posted(layout, 4, 7, 0, 0x55)));
        assertEquals(Kvm.response(0x55), kvm.ask(Kvm.read(layout, 4, 1, 0)));
    }

    /** [V0-013] Reserved bits, padding, resp and data of a READ, and bits above the size of a WRITE. */
    @Test
    void ignoresWhatVersionZeroHasNoMeaningForInTheInfoWordLayout() {
        Kvm kvm = kvm(Layout.INFO_WORD);
        kvm.send("e1ffffff ffffffff 0100000000000000 1000000000000000 ffffffff44332211");

        assertEquals(
                List.of(Kvm.response(0xFFFFFFFFL)),
                kvm.send("b0ffffff ffffffff 0100000000000000 1000000000000000 ffffffffffffffff"));
    }

    /** [V0-013] */
    @Test
    void ignoresWhatVersionZeroHasNoMeaningForInTheByteFieldsLayout() {
        Kvm kvm = kvm(Layout.BYTE_FIELDS);
        kvm.send("01f2 ffffffffffff 0100000000000000 1000000000000000 ffffffff44332211");

        assertEquals(
                List.of(Kvm.response(0xFFFFFFFFL)),
                kvm.send("00e3 ffffffffffff 0100000000000000 1000000000000000 ffffffffffffffff"));
    }

    /** [V0-014] No valid size: all 64 bits. */
    @Test
    void answersAnImpossibleSizeWithAllOnes() {
        Kvm kvm = kvm(Layout.BYTE_FIELDS);
        for (int head = 4; head <= 15; head++) {
            ByteBuf read = Kvm.read(Layout.BYTE_FIELDS, 1, 1, 0x128);
            assertEquals(Kvm.response(-1), kvm.ask(read.setByte(1, head)));
            ByteBuf write = Kvm.write(Layout.BYTE_FIELDS, 1, 1, 0, 0);
            assertEquals(Kvm.response(-1), kvm.ask(write.setByte(1, head | 0x10)));
            ByteBuf posted = Kvm.write(Layout.BYTE_FIELDS, 1, 1, 0, 0);
            assertEquals(List.of(), kvm.send(posted.setByte(1, head)));
        }
        // None of them was an access.
        assertEquals(Kvm.response(0), kvm.ask(Kvm.read(Layout.BYTE_FIELDS, 8, 1, 0x100)));
    }

    /** [V0-015] */
    @Test
    void closesOnEveryOtherCmd() {
        for (int cmd = 2; cmd <= 15; cmd++) {
            Kvm infoWord = kvm(Layout.INFO_WORD);
            assertEquals(
                    List.of(), infoWord.send(Kvm.read(Layout.INFO_WORD, 1, 1, 0).setByte(0, 0x40 | cmd)));
            infoWord.assertViolated(Clause.V0_015);
        }
        for (int cmd = 2; cmd <= 255; cmd++) {
            Kvm byteFields = kvm(Layout.BYTE_FIELDS);
            assertEquals(
                    List.of(),
                    byteFields.send(Kvm.read(Layout.BYTE_FIELDS, 1, 1, 0).setByte(0, cmd)));
            byteFields.assertViolated(Clause.V0_015);
        }
    }

    /** [V0-016, DEV-002] Also a READ of HOLD is answered in its turn. */
    @ParameterizedTest
    @EnumSource
    void answersInTheOrderOfTheCommands(Layout layout) {
        assertEquals(
                List.of(Kvm.response(0xFFFF), Kvm.response(0), Kvm.response(2)),
                kvm(layout)
                        .send(Kvm.all(
                                Kvm.read(layout, 2, 1, 0x110),
                                Kvm.posted(layout, 1, 1, 0, 1),
                                Kvm.read(layout, 1, 1, 0x128),
                                Kvm.read(layout, 1, 1, 0x100))));
    }

    /** [ACE-003] */
    @Test
    void ignoresBitsAboveTheAccessSizeOfAWriteOfVersionOne() {
        Kvm kvm = versionOne();
        ByteBuf write = Kvm.write(Layout.INFO_WORD, 1, 1, 0, 0);

        assertEquals(Kvm.response(0), kvm.ask(write.setLongLE(24, -1)));
        assertEquals(Kvm.response(0xFF), kvm.ask(Kvm.read(Layout.INFO_WORD, 8, 1, 0)));
    }

    /** [VIO-002] Another cmd, or one of the bits 7..31 of info or of the padding. */
    @Test
    void closesOnWhatVersionOneDoesNotAllowInItsFirstEightBytes() {
        LongStream cmds = LongStream.rangeClosed(2, 15).map(cmd -> 0x40 | cmd);
        LongStream reserved = IntStream.range(7, 64).mapToLong(bit -> 0x40 | 1L << bit);
        LongStream.concat(cmds, reserved).forEach(head -> {
            Kvm kvm = versionOne();
            ByteBuf read = Kvm.read(Layout.INFO_WORD, 1, 1, 0x128).setLongLE(0, head);
            assertEquals(List.of(), kvm.send(read));
            kvm.assertViolated(Clause.VIO_002);
        });
    }

    private static Kvm versionOne() {
        return Kvm.open(DevicePolicy.DEFAULT, 1, FeatureSet.NONE, 1);
    }
}
