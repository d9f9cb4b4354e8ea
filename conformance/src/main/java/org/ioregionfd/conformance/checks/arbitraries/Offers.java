// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Registry;

/** What a device offers: mostly something that can be agreed to, often a window or a bitmap at an edge. */
public final class Offers implements ArbitrarySupplier<Terms> {
    private static final long VERSIONS = Registry.known().versionMask();
    private static final long FEATURES = Registry.known().featureMask();

    @Override
    public Arbitrary<Terms> get() {
        Arbitrary<Long> versions = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.longs().between(0, VERSIONS)),
                Tuple.of(1, Arbitraries.just(VERSIONS)),
                Tuple.of(1, new Word.Of32Bits().get().map(word -> word & ~VERSIONS)),
                Tuple.of(2, new Word.Of32Bits().get()));
        Arbitrary<Long> features = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.longs().between(0, FEATURES)),
                Tuple.of(3, Arbitraries.just(FEATURES)),
                Tuple.of(2, new Word.Of64Bits().get()));
        Arbitrary<Integer> window = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(0)), Tuple.of(9, Arbitraries.of(1, 2, 3, 5, 8, 63, 64, 65, 200, 0xffff)));
        return Combinators.combine(versions.map(Registry::ruledVersions), features.map(Registry::ruledFeatures), window)
                .as(Terms::new);
    }
}
