// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/** 32 bytes of junk, as a list, so that it is shown and compared by content. */
public final class Bytes implements ArbitrarySupplier<List<Byte>> {
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
