// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Setup;
import org.ioregionfd.conformance.rules.Setup.Hello;

/** Configurations of a KVM side: all that POL-003 allows. */
public final class Setups implements ArbitrarySupplier<Setup> {
    private static final long FEATURES = Registry.known().featureMask();

    @Override
    public Arbitrary<Setup> get() {
        Arbitrary<Long> features = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(FEATURES)),
                Tuple.of(1, Arbitraries.longs().between(0, FEATURES)));
        Arbitrary<Long> required = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0L)),
                Tuple.of(1, Arbitraries.longs().between(0, FEATURES)));
        Arbitrary<Integer> windows = Arbitraries.of(1, 2, 5, 64, 65, 0xffff);
        Arbitrary<Integer> pinned = Arbitraries.frequency(Tuple.of(5, 0), Tuple.of(1, 1), Tuple.of(2, 2));
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(Hello.values()),
                        Arbitraries.of(0b110, 0b110, 0b010, 0b100, 0),
                        features,
                        required,
                        windows,
                        pinned,
                        Combinators.combine(features, windows).as(Tuple::of))
                .as((layout, hello, versions, allowed, needed, window, pin, pinnedTerms) -> new Setup(
                        layout,
                        pin == 0 ? hello : Hello.REQUIRE,
                        versions == 0 && hello == Hello.REQUIRE ? 0b010 : versions,
                        allowed,
                        needed & allowed,
                        window,
                        pin,
                        pin > 0 ? pinnedTerms.get1() & Registry.known().featuresFor(pin) : pinnedTerms.get1(),
                        pin == 1 ? 1 : pinnedTerms.get2()));
    }
}
