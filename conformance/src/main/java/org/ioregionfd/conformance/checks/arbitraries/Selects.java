// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.rules.Registry;

/** Answers of a KVM side to an OFFER: mostly a SELECT that is right, or wrong in one or two ways. */
public final class Selects implements ArbitrarySupplier<Selects.Draft> {
    private static final Registry REGISTRY = Registry.standard();
    private static final int SELECT_KIND = REGISTRY.code("kinds", "SELECT");

    /** The registered ones, and two that are not registered. */
    private static final List<Integer> OTHER_KINDS = Stream.concat(REGISTRY.codes("kinds").stream(), Stream.of(0, 0xff))
            .filter(kind -> kind != SELECT_KIND)
            .toList();

    private static final List<Integer> NO_VERSIONS = Stream.of(
                    3, 23, 24, 31, 32, 33, 34, 64, 65, 256, 257, 0x7fff, 0xffff)
            .filter(number -> !REGISTRY.versions().contains(number))
            .toList();

    private static final int OP = 0x0f;

    /**
     * A draft of the frame; the OFFER that it answers is known later.
     *
     * @param window if {@code isRelative}, a number that is added to the window that is granted for the version; else the
     *     window
     * @param reserved a byte to be changed, or -1 for none
     * @param digest the change of the right digest
     */
    public record Draft(
            int version, long features, boolean isRelative, int window, int reserved, int digest, int op, int kind) {
        @Override
        public String toString() {
            return "version %d, features 0x%x, window %s%d%s%s%s%s"
                    .formatted(
                            version,
                            features,
                            isRelative ? "granted+" : "",
                            window,
                            reserved < 0 ? "" : ", byte " + reserved + " bent",
                            digest == 0 ? "" : ", digest ^ 0x%x".formatted(digest),
                            op == OP ? "" : ", op 0x%x".formatted(op),
                            kind == SELECT_KIND ? "" : ", kind " + kind);
        }
    }

    @Override
    public Arbitrary<Draft> get() {
        Arbitrary<Integer> version = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.integers().between(0, Registry.known().bestIn(-1))),
                Tuple.of(1, Arbitraries.of(NO_VERSIONS)));
        Arbitrary<Long> features = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.longs().between(0, Registry.known().featureMask())),
                Tuple.of(1, new Word.Of64Bits().get()));
        Arbitrary<Integer> relative = Arbitraries.frequency(
                Tuple.of(8, 0), Tuple.of(2, -1), Tuple.of(1, 1), Tuple.of(1, 256), Tuple.of(1, -0xffff));
        Arbitrary<Integer> absolute = Arbitraries.of(1, 1, 2, 0, 0xffff);
        Arbitrary<Integer> reserved = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.just(-1)),
                Tuple.of(1, Arbitraries.of(REGISTRY.shape("SELECT").reservedBytes())));
        Arbitrary<Integer> digest =
                Arbitraries.frequencyOf(Tuple.of(12, Arbitraries.just(0)), Tuple.of(1, Arbitraries.integers()));
        Arbitrary<Integer> op = Arbitraries.frequencyOf(
                Tuple.of(14, Arbitraries.just(OP)), Tuple.of(1, Arbitraries.of(0, 0x40, 0x60, 0x10, 0x8f, 0xff)));
        Arbitrary<Integer> kind = Arbitraries.frequencyOf(
                Tuple.of(14, Arbitraries.just(SELECT_KIND)), Tuple.of(1, Arbitraries.of(OTHER_KINDS)));
        return Combinators.combine(
                        version,
                        features,
                        Arbitraries.frequency(Tuple.of(2, true), Tuple.of(1, false)),
                        relative,
                        absolute,
                        reserved,
                        digest,
                        Combinators.combine(op, kind).as(Tuple::of))
                .as((v, f, isRelative, plus, window, bent, wrong, head) ->
                        new Draft(v, f, isRelative, isRelative ? plus : window, bent, wrong, head.get1(), head.get2()));
    }
}
