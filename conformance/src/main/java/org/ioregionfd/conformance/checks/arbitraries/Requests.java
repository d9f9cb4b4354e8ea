// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Registry;

/** The requests of a KVM side's user on one channel, and the times of the device's answers. */
public final class Requests implements ArbitrarySupplier<List<Requests.Step>> {
    private static final int STEPS_MAX = 20;
    private static final long HELLO_OFFSET = Registry.standard().helloOffset();

    /** What a step does. */
    public enum Kind {
        READ,
        WRITE,
        POST,
        FENCE,
        /** The device answers one of the outstanding commands; the remainder of {@code data} chooses it. */
        ANSWER,
        /** The same with a status other than OK, in version 2. */
        FAIL
    }

    /** One step; the access is something to READ, WRITE and POST only. */
    public record Step(Kind kind, Access access, long data) {
        @Override
        public String toString() {
            return switch (kind) {
                case FENCE -> "FENCE";
                case ANSWER, FAIL -> kind + " 0x" + Long.toHexString(data);
                case READ -> "READ " + access;
                case WRITE, POST -> kind + " " + access + " = 0x" + Long.toHexString(data);
            };
        }
    }

    @Override
    public Arbitrary<List<Step>> get() {
        Arbitrary<Long> words = new Word.Of64Bits().get();
        Arbitrary<Access> accesses = Combinators.combine(
                        words,
                        words.filter(offset -> offset != HELLO_OFFSET),
                        Arbitraries.integers().between(0, 3))
                .as(Access::new);
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(5, Kind.READ),
                Tuple.of(3, Kind.WRITE),
                Tuple.of(2, Kind.POST),
                Tuple.of(2, Kind.FENCE),
                Tuple.of(5, Kind.ANSWER),
                Tuple.of(2, Kind.FAIL));
        return Combinators.combine(kinds, accesses, words)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(STEPS_MAX);
    }
}
