// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.forge.Access;

/** One HELLO or a few: a K may start over. */
public final class Hellos implements ArbitrarySupplier<List<Hellos.Draft>> {
    private static final int HELLOS_MAX = 3;

    /** One HELLO; {@code access} is nothing to one that is detached. */
    public record Draft(boolean isInfoWord, boolean isDetached, Access access, long versions, long nonce) {
        @Override
        public String toString() {
            return "%s %s, versions 0x%x"
                    .formatted(
                            isInfoWord ? "info-word" : "byte-fields",
                            isDetached
                                    ? "detached"
                                    : "%x+0x%x/%d"
                                            .formatted(access.userData(), access.offset(), 8 << access.sizeExponent()),
                            versions);
        }
    }

    @Override
    public Arbitrary<List<Draft>> get() {
        Arbitrary<Long> versions = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(0b111L)),
                Tuple.of(4, Arbitraries.longs().between(0, 0b111)),
                Tuple.of(2, new Word.Of32Bits().get()));
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        new Programs().accesses(),
                        versions,
                        new Word.Of32Bits().get())
                .as(Draft::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(HELLOS_MAX);
    }
}
