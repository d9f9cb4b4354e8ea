// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/** Where to cut a frame: up to three places within it, ascending, each 1..31. */
public final class Cuts implements ArbitrarySupplier<List<Integer>> {
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
