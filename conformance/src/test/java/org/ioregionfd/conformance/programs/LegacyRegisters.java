// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The known legacy devices, each with a place for every class of its registers. */
enum LegacyRegisters {
    QEMU_MULTIPROCESS("byte-fields", "0:0x10/8=0x8877665544332211 1:0x10/8=0xffeeddccbbaa9988", """
            memory                         0:0x10
            memory, another region         1:0x10
            across the end                 0:0xfff
            out of range                   0:0x2000
            unknown user_data, silent      7:0x10
            """),
    QEMU_VIRTIO_MMIO("byte-fields", "0:0x100/4=0x44332211 0:0x104/4=0x88776655", """
            filled                         0:0x0
            filled, 64 ones                0:0xb0
            unfilled                       0:0x30
            memory                         0:0x100
            across the end                 0:0x8ff
            out of range                   0:0x2000
            unknown user_data              7:0x0
            """),
    KVM_UNIT_TESTS("byte-fields", "0:0x10/8=0x8877665544332211", """
            memory                         0:0x10
            out of range                   0:0x2000
            unknown user_data              7:0x10
            """),
    VMSH("info-word", "0:0x100/8=0x8877665544332211 0:0x8f8/8=0xffeeddccbbaa9988", """
            filled                         0:0x0
            unfilled                       0:0x30
            memory                         0:0x100
            memory, in part unfilled       0:0x8ff
            unfilled, past the memory      0:0x900
            out of range                   0:0x1000
            unknown user_data              7:0x0
            unknown user_data, unfilled    7:0x30
            """),
    VMSH_TEST_IOCTLS("info-word", "0:0x0/8=0x8877665544332211", """
            any                            0:0x0
            unknown user_data              7:0x2000
            """);

    private final String layout;
    private final String writes;
    private final String places;

    /** A WRITE that makes memory not zero. */
    record Write(int region, int offset, int size, String value) {
        String members() {
            return new Read("", region, offset, size).members() + ", 'value': '" + value + "'";
        }
    }

    /** A READ of a register of this kind. */
    record Read(String kind, int region, int offset, int size) {
        /** As a driver wants it, with single quotes. */
        String members() {
            return "'region': '0x%x', 'offset': '0x%x', 'size': %d".formatted(region, offset, size);
        }

        String where() {
            return "%d:0x%x".formatted(region, offset);
        }

        @Override
        public String toString() {
            return "%s at %s of %d".formatted(kind, where(), size);
        }

        /** Whether the device is known not to answer it, so that K's deadline must pass. */
        boolean isSilent() {
            return kind.endsWith("silent");
        }
    }

    LegacyRegisters(String layout, String writes, String places) {
        this.layout = layout;
        this.writes = writes;
        this.places = places;
    }

    /** Its name in the program. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String layout() {
        return layout;
    }

    List<Write> writes() {
        return Stream.of(writes.split(" ", -1))
                .map(write -> write.split("[:/=]", -1))
                .map(write -> new Write(
                        Integer.parseInt(write[0]), Integer.decode(write[1]), Integer.parseInt(write[2]), write[3]))
                .toList();
    }

    /** Every place at every size. */
    List<Read> reads() {
        return places.lines()
                .map(place -> place.split(" {2,}|:", -1))
                .flatMap(place -> IntStream.of(1, 2, 4, 8)
                        .mapToObj(
                                size -> new Read(place[0], Integer.parseInt(place[1]), Integer.decode(place[2]), size)))
                .toList();
    }
}
