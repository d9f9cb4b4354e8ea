// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Tuple;

/**
 * Unsigned numbers of 16, 32 and 64 bits, as long. Small ones, single bits and all ones come often, because bugs are found
 * there.
 */
public final class Word {
    private Word() {}

    /** 0..0xFFFF. */
    public static final class Of16Bits implements ArbitrarySupplier<Long> {
        @Override
        public Arbitrary<Long> get() {
            return word(Short.SIZE);
        }
    }

    /** 0..0xFFFFFFFF. */
    public static final class Of32Bits implements ArbitrarySupplier<Long> {
        @Override
        public Arbitrary<Long> get() {
            return word(Integer.SIZE);
        }
    }

    /** Any 64 bits. */
    public static final class Of64Bits implements ArbitrarySupplier<Long> {
        @Override
        public Arbitrary<Long> get() {
            return word(Long.SIZE);
        }
    }

    private static Arbitrary<Long> word(int bits) {
        long mask = bits == Long.SIZE ? -1L : (1L << bits) - 1;
        Arbitrary<Long> singleBits = Arbitraries.integers().between(0, bits - 1).map(bit -> 1L << bit);
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.longs().map(value -> value & mask)),
                Tuple.of(1, Arbitraries.longs().between(0, 3)),
                Tuple.of(1, singleBits),
                Tuple.of(1, Arbitraries.just(mask)));
    }

    /** 32 bytes of junk, as a list, so that it is shown and compared by content. */
    public static final class Bytes implements ArbitrarySupplier<List<Byte>> {
        private static final int FRAME_LENGTH = 32;

        @Override
        public Arbitrary<List<Byte>> get() {
            return Arbitraries.bytes().list().ofSize(FRAME_LENGTH);
        }

        /** The list as an array. */
        public static byte[] array(List<Byte> bytes) {
            byte[] array = new byte[bytes.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = bytes.get(i);
            }
            return array;
        }
    }

    /** Where to cut a frame: up to three places within it, ascending, each 1..31. */
    public static final class Cuts implements ArbitrarySupplier<List<Integer>> {
        private static final int CUTS_MAX = 3;
        private static final int LAST_PLACE = 31;

        @Override
        public Arbitrary<List<Integer>> get() {
            return Arbitraries.integers()
                    .between(1, LAST_PLACE)
                    .set()
                    .ofMinSize(1)
                    .ofMaxSize(CUTS_MAX)
                    .map(places -> places.stream().sorted().toList());
        }
    }
}
