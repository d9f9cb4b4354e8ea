// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Tuple;

/** Unsigned numbers of 16, 32 and 64 bits, as long. Small ones, single bits and all ones come often: that is where bugs are. */
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
}
