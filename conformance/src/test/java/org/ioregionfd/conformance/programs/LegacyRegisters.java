// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The known legacy devices with a place of every class of register that each has. */
enum LegacyRegisters {
    QEMU_MULTIPROCESS(
            "byte-fields",
            List.of(new Write(0, 0x10, 8, "0x8877665544332211"), new Write(1, 0x10, 8, "0xffeeddccbbaa9988")),
            List.of(
                    new Place("memory", 0, 0x10),
                    new Place("memory, another region", 1, 0x10),
                    new Place("across the end", 0, 0xFFF),
                    new Place("out of range", 0, 0x2000),
                    new Place("unknown user_data, silent", 7, 0x10))),
    QEMU_VIRTIO_MMIO(
            "byte-fields",
            List.of(new Write(0, 0x100, 4, "0x44332211"), new Write(0, 0x104, 4, "0x88776655")),
            List.of(
                    new Place("filled", 0, 0),
                    new Place("filled, 64 ones", 0, 0xB0),
                    new Place("unfilled", 0, 0x30),
                    new Place("memory", 0, 0x100),
                    new Place("across the end", 0, 0x8FF),
                    new Place("out of range", 0, 0x2000),
                    new Place("unknown user_data", 7, 0))),
    KVM_UNIT_TESTS(
            "byte-fields",
            List.of(new Write(0, 0x10, 8, "0x8877665544332211")),
            List.of(
                    new Place("memory", 0, 0x10),
                    new Place("out of range", 0, 0x2000),
                    new Place("unknown user_data", 7, 0x10))),
    VMSH(
            "info-word",
            List.of(new Write(0, 0x100, 8, "0x8877665544332211"), new Write(0, 0x8F8, 8, "0xffeeddccbbaa9988")),
            List.of(
                    new Place("filled", 0, 0),
                    new Place("unfilled", 0, 0x30),
                    new Place("memory", 0, 0x100),
                    new Place("memory, in part unfilled", 0, 0x8FF),
                    new Place("unfilled, past the memory", 0, 0x900),
                    new Place("out of range", 0, 0x1000),
                    new Place("unknown user_data", 7, 0),
                    new Place("unknown user_data, unfilled", 7, 0x30))),
    VMSH_TEST_IOCTLS(
            "info-word",
            List.of(new Write(0, 0, 8, "0x8877665544332211")),
            List.of(new Place("any", 0, 0), new Place("unknown user_data", 7, 0x2000)));

    private final String layout;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Write> writes;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Place> places;

    /** A WRITE that makes memory be other than zero. */
    record Write(int region, int offset, int size, String value) {
        String members() {
            return new Read("", region, offset, size).members() + ", 'value': '" + value + "'";
        }
    }

    private record Place(String kind, int region, int offset) {}

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

        /** Whether a device is known not to answer it, so that K's deadline has to pass. */
        boolean isSilent() {
            return kind.endsWith("silent");
        }
    }

    LegacyRegisters(String layout, List<Write> writes, List<Place> places) {
        this.layout = layout;
        this.writes = writes;
        this.places = places;
    }

    /** What the program calls it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String layout() {
        return layout;
    }

    List<Write> writes() {
        return writes;
    }

    /** Every place at every size. */
    List<Read> reads() {
        return places.stream().flatMap(LegacyRegisters::atEverySize).toList();
    }

    private static Stream<Read> atEverySize(Place place) {
        return IntStream.of(1, 2, 4, 8).mapToObj(size -> new Read(place.kind, place.region, place.offset, size));
    }
}
