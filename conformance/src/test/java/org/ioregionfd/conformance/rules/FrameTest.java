// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static final Frame SELECT = Forge.blank("SELECT");

    @Test
    void readsAndWritesFieldsLittleEndian() {
        Frame frame = SELECT.with("features", 0x8877665544332211L).with("max_inflight", 0xff01);

        assertAll(
                () -> assertEquals(0x11, frame.at(16)),
                () -> assertEquals(0x88, frame.at(23)),
                () -> assertEquals(0x01, frame.at(10)),
                () -> assertEquals(0xff, frame.at(11)),
                () -> assertEquals(0x8877665544332211L, frame.get("features")),
                () -> assertEquals(0xff01, frame.get("max_inflight")));
    }

    @Test
    void readsAndWritesBitsWithinAField() {
        Frame command = Forge.blank("COMMAND_INFO_WORD")
                .with("info", "size_exponent", 3)
                .with("info", "resp", 1)
                .with("info", "reserved", 1);

        assertAll(
                () -> assertEquals(0xf0, command.at(0)),
                () -> assertEquals(3, command.get("info", "size_exponent")),
                () -> assertEquals(0, command.with("info", "size_exponent", 0).get("info", "size_exponent")),
                () -> assertThrows(IllegalArgumentException.class, () -> command.with("info", "cmd", 16)));
    }

    @Test
    void refusesWhatDoesNotFitAndNamesThatStandForSeveralFields() {
        assertAll(
                () -> assertThrows(IllegalArgumentException.class, () -> SELECT.with("version", 0x10000)),
                () -> assertThrows(IllegalArgumentException.class, () -> SELECT.get("reserved")),
                () -> assertThrows(IllegalArgumentException.class, () -> SELECT.get("no_such_field")),
                () -> assertThrows(IllegalArgumentException.class, () -> new Frame(SELECT.shape(), new byte[31])));
    }

    @Test
    void namesEachByteThatASenderMayNotHaveSent() {
        Frame bent = Forge.withByte(Forge.withByte(SELECT, 2, 'X'), 13, 5);

        assertEquals(
                List.of("marker at byte 2 is 58 4f 52 48", "byte 13 is 0x05, not zero"),
                bent.shape().faults(bent.bytes()));
    }

    @Test
    void dumpsEachFieldWithItsBytesNameAndMeaning() {
        String dump = HexDump.of(Forge.withByte(Forge.reject("BAD_WINDOW", 64), 31, 1));

        assertEquals(
                List.of(
                        "  0  00 00 00 00 00 00 00 00  reserved",
                        "  8  49 4f 52 48              marker         \"IORH\"",
                        " 12  05                       kind           REJECT",
                        " 13  00                       reserved",
                        " 14  06 00                    reason         BAD_WINDOW",
                        " 16  40 00 00 00 00 00 00 00  detail         0x40",
                        " 24  00 00 00 00 00 00 00 01  reserved       NOT ZERO"),
                dump.lines().toList());
    }

    @Test
    void dumpsBitmapsByName() {
        String dump =
                HexDump.of(Forge.blank("OFFER").with("features", 1L << 50 | 6).with("versions", 0x80000005L));

        assertTrue(dump.contains("features       OUT_OF_ORDER FENCE bits 50\n"), dump);
        assertTrue(dump.contains("versions       0 2 31\n"), dump);
    }

    @Test
    void digestIsCrc32cAndSkipsEveryDigestField() {
        Frame bent = SELECT.with("digest", 0xffffffffL);

        assertAll(
                () -> assertEquals(Forge.digest(List.of(SELECT)), Forge.digest(List.of(bent))),
                () -> assertEquals(
                        Forge.digest(List.of(SELECT, Forge.blank("ACCEPT"))),
                        Forge.digest(List.of(bent, Forge.blank("ACCEPT").with("digest", 1)))));
    }
}
