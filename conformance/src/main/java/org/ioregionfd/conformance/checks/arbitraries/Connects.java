// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.rules.Options;
import org.ioregionfd.conformance.rules.Options.Pin;
import org.ioregionfd.conformance.rules.Registry;

/** What a user of K says when he connects: any of it beside any other, also what contradicts it. */
public final class Connects implements ArbitrarySupplier<Options> {
    private static final long FEATURES = Registry.known().featureMask();
    private static final int NONCE_MAX = 0xff;
    private static final Arbitrary<Integer> WINDOWS = Arbitraries.of(1, 2, 3, 5, 64, 65, 255, 256, 0xffff);

    /**
     * Options, and what else is wrong with the request.
     *
     * @param flaws the remainders of these numbers choose them
     */
    public record Draw(Options options, List<Integer> flaws) {}

    /** Some requests, of which each may be wrong in more than one way. */
    public static final class Flawed implements ArbitrarySupplier<List<Draw>> {
        private static final int DRAWS_MIN = 10;
        private static final int DRAWS_MAX = 20;
        private static final int FLAWS = 2;
        private static final int FLAW_MAX = 999;

        @Override
        public Arbitrary<List<Draw>> get() {
            Arbitrary<List<Integer>> flaws =
                    Arbitraries.integers().between(0, FLAW_MAX).list().ofMaxSize(FLAWS);
            return Combinators.combine(new Connects().get(), flaws)
                    .as(Draw::new)
                    .list()
                    .ofMinSize(DRAWS_MIN)
                    .ofMaxSize(DRAWS_MAX);
        }
    }

    /** Those that a K must take, and sends no HELLO with. */
    public static final class WithoutHello implements ArbitrarySupplier<Options> {
        @Override
        public Arbitrary<Options> get() {
            return right(Arbitraries.just("off"), pins(0, 0)).filter(Options::isWithoutHello);
        }
    }

    /** Those that a K must take, and marks its first READ with. */
    public static final class Attached implements ArbitrarySupplier<Options> {
        @Override
        public Arbitrary<Options> get() {
            return right(Arbitraries.of("", "prefer"), Arbitraries.just(Pin.NONE))
                    .filter(options -> !options.isDetached());
        }
    }

    /** Those that a K must take, and begins with a detached HELLO with. */
    public static final class Detached implements ArbitrarySupplier<Options> {
        @Override
        public Arbitrary<Options> get() {
            return right(Arbitraries.of("", "prefer", "require"), pins(1, 2)).filter(Options::isDetached);
        }
    }

    private static Arbitrary<Options> right(Arbitrary<String> policies, Arbitrary<Pin> pins) {
        return any(policies, pins).filter(options -> !options.isContradiction());
    }

    @Override
    public Arbitrary<Options> get() {
        return any(Arbitraries.of("", "prefer", "off", "require"), pins(0, 2));
    }

    /** None, or one of a version from {@code first} to {@code last}. */
    private static Arbitrary<Pin> pins(int first, int last) {
        return Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(Pin.NONE)),
                Tuple.of(
                        1,
                        Combinators.combine(
                                        Arbitraries.integers().between(first, last),
                                        Arbitraries.of(0, 1, 2),
                                        Arbitraries.longs().between(0, FEATURES),
                                        WINDOWS)
                                .as(Connects::pin)));
    }

    private static Pin pin(int version, int layout, long features, int window) {
        return new Pin(
                version,
                version == 0 ? Math.max(layout, 1) : layout,
                features & Registry.known().featuresFor(version),
                version == 2 ? window : 1);
    }

    private static Arbitrary<Options> any(Arbitrary<String> policies, Arbitrary<Pin> pins) {
        Arbitrary<Long> features = Arbitraries.longs().between(0, FEATURES);
        return Combinators.combine(
                        policies,
                        Arbitraries.frequency(Tuple.of(3, ""), Tuple.of(1, "attached"), Tuple.of(2, "detached")),
                        Arbitraries.of("", "info-word", "byte-fields"),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.just(-1)), Tuple.of(2, Arbitraries.of(0, 0b010, 0b100, 0b110))),
                        Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.just(-1L)), Tuple.of(1, features)),
                        Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(-1L)), Tuple.of(1, features)),
                        Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.just(-1)), Tuple.of(2, WINDOWS)),
                        Combinators.combine(
                                        Arbitraries.frequencyOf(
                                                Tuple.of(1, Arbitraries.just(-1)),
                                                Tuple.of(
                                                        1,
                                                        Arbitraries.integers().between(0, NONCE_MAX))),
                                        pins)
                                .as(Tuple::of))
                .as((policy, hello, layout, versions, allowed, required, window, rest) -> new Options(
                        policy, hello, layout, versions, allowed, required, window, rest.get1(), rest.get2()));
    }
}
