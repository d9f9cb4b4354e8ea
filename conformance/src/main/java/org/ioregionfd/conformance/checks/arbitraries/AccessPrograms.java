// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.rules.Access;

/**
 * Runs of accesses to the conformance device: memory, registers, holes and places outside. HOLD is left out, because it may
 * wait.
 */
public final class AccessPrograms implements ArbitrarySupplier<List<AccessPrograms.Step>> {
    private static final int STEPS_MAX = 12;
    private static final long REGION_LENGTH = 0x1000;

    /** Memory that is drawn so often that READs meet what was written. */
    public static final long OFTEN = 0x78;

    public static final int OFTEN_LENGTH = 16;

    private static final Long[] REGISTERS = {0x100L, 0x108L, 0x118L, 0x120L, 0x128L};
    private static final Long[] EDGES = {
        0xf8L, 0xffL, 0x100L, 0x101L, 0x130L, 0xff8L, 0xffcL, 0xfffL, REGION_LENGTH, Long.MIN_VALUE, -8L, -1L
    };

    /** One access; {@code data} is what a WRITE writes, and nothing to a READ. */
    public record Step(Kind kind, Access access, long data) {
        @Override
        public String toString() {
            return kind + " " + access + (kind == Kind.READ ? "" : " = 0x%x".formatted(data));
        }
    }

    /** What a step does. */
    public enum Kind {
        READ,
        WRITE
    }

    @Override
    public Arbitrary<List<Step>> get() {
        return Combinators.combine(Arbitraries.of(Kind.values()), accesses(), new Word.Of64Bits().get())
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(STEPS_MAX);
    }

    /** Accesses of every kind, RELEASE among them, and never HOLD. */
    Arbitrary<Access> accesses() {
        Arbitrary<Long> regions = Arbitraries.frequency(
                Tuple.of(12, 1L), Tuple.of(6, 2L), Tuple.of(1, 0L), Tuple.of(1, 3L), Tuple.of(1, 1L << 32));
        Arbitrary<Long> offsets = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.longs().between(0, 0xff)),
                Tuple.of(3, Arbitraries.longs().between(OFTEN, OFTEN + OFTEN_LENGTH - 1)),
                Tuple.of(5, Arbitraries.of(REGISTERS)),
                Tuple.of(2, Arbitraries.of(EDGES)),
                Tuple.of(1, Arbitraries.longs().between(0, REGION_LENGTH - 1).filter(offset -> offset != 0x110)));
        return Combinators.combine(regions, offsets, Arbitraries.integers().between(0, 3))
                .as(Access::new);
    }
}
