// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.rules.Access;

/** One HELLO or a few: a K may start over. */
public final class Hellos implements ArbitrarySupplier<List<Hellos.Draft>> {
    private static final int HELLOS_MAX = 3;
    private static final int NONCE_MAX = 0xff;

    /** One HELLO; {@code access} is nothing to one that is detached, and {@code data} to a device. */
    public record Draft(boolean isInfoWord, boolean isDetached, Access access, long data, int nonce) {
        @Override
        public String toString() {
            return "%s %s, data 0x%x"
                    .formatted(isInfoWord ? "info-word" : "byte-fields", isDetached ? "detached" : access, data);
        }
    }

    @Override
    public Arbitrary<List<Draft>> get() {
        Arbitrary<Long> data =
                Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(0L)), Tuple.of(1, new Word.Of64Bits().get()));
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.frequencyOf(
                                Tuple.of(5, new AccessPrograms().accesses()), Tuple.of(1, Scripts.holds())),
                        data,
                        Arbitraries.integers().between(0, NONCE_MAX))
                .as(Draft::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(HELLOS_MAX);
    }
}
