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
        /** The device answers: the HELLO, the SELECT, or one of the outstanding commands, which the remainder of {@code data} chooses. */
        ANSWER,
        /** The same with a status other than OK, in version 2. */
        FAIL,
        /** The device answers all outstanding commands in one write. */
        ANSWER_ALL
    }

    /**
     * One step; the access is something to READ, WRITE and POST only.
     *
     * @param size of the access, 1 to 8 bytes
     */
    public record Step(Kind kind, Access access, int size, long data) {
        @Override
        public String toString() {
            return switch (kind) {
                case FENCE -> "FENCE";
                case ANSWER, FAIL, ANSWER_ALL -> kind + " 0x" + Long.toHexString(data);
                case READ -> "READ " + place();
                case WRITE, POST -> kind + " " + place() + " = 0x" + Long.toHexString(data);
            };
        }

        private String place() {
            return "%x+0x%x, %d bytes".formatted(access.userData(), access.offset(), size);
        }
    }

    @Override
    public Arbitrary<List<Step>> get() {
        Arbitrary<Long> words = new Word.Of64Bits().get();
        Arbitrary<Long> offsets =
                Arbitraries.frequencyOf(Tuple.of(14, words), Tuple.of(1, Arbitraries.just(HELLO_OFFSET)));
        Arbitrary<Integer> sizes = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of(1, 2, 4, 8)), Tuple.of(1, Arbitraries.of(3, 5, 6, 7)));
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(5, Kind.READ),
                Tuple.of(3, Kind.WRITE),
                Tuple.of(2, Kind.POST),
                Tuple.of(2, Kind.FENCE),
                Tuple.of(5, Kind.ANSWER),
                Tuple.of(2, Kind.FAIL),
                Tuple.of(1, Kind.ANSWER_ALL));
        return Combinators.combine(kinds, words, offsets, sizes, words)
                .as((kind, region, offset, size, data) -> new Step(kind, new Access(region, offset, 0), size, data))
                .list()
                .ofMaxSize(STEPS_MAX);
    }
}
