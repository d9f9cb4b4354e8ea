// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Step;
import org.ioregionfd.conformance.rules.Registry;

/** Channels of a KVM side from the first HELLO to the end. */
public final class Lives implements ArbitrarySupplier<Lives.Life> {
    /** What K wants to be agreed, as far as the device offers it. */
    public record Terms(int version, long features, int window) {
        /** A {@code window} of this or more stands for the largest that is granted. */
        public static final int WHOLE_WINDOW = 12;
    }

    /** Which frames come in one write. */
    public enum Joined {
        /** Only commands. */
        COMMANDS,
        /** The SELECT and commands. */
        SELECT,
        /** A HELLO that is not the first, its SELECT and commands. */
        HELLO
    }

    /** How the channel ends; where the channel cannot end so, with a violation. */
    public enum End {
        ALL_ANSWERED,
        END_OF_STREAM,
        /** A part of a frame, and the end of the stream. */
        FRAGMENT,
        /** A frame that is no command. */
        VIOLATION,
        TAG_IN_USE,
        WINDOW_EXCEEDED
    }

    /** One channel. From {@code seed} follow tags and wrong frames; with 0 the tags count up. */
    public record Life(Terms terms, List<Hellos.Draft> hellos, Joined joined, List<Step> script, End end, int seed) {
        /** The same with other terms. */
        public Life with(Terms others) {
            return new Life(others, hellos, joined, script, end, seed);
        }
    }

    @Override
    public Arbitrary<Life> get() {
        Arbitrary<Terms> terms = Combinators.combine(
                        Arbitraries.integers().between(0, Registry.known().bestIn(-1)),
                        Arbitraries.longs().between(0, Registry.known().featureMask()),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.integers().between(1, 4)),
                                Tuple.of(2, Arbitraries.integers().between(5, Terms.WHOLE_WINDOW))))
                .as(Terms::new);
        return Combinators.combine(
                        terms,
                        new Hellos().get(),
                        Arbitraries.of(Joined.values()),
                        new Scripts().get(),
                        Arbitraries.frequencyOf(
                                Tuple.of(1, Arbitraries.just(End.ALL_ANSWERED)),
                                Tuple.of(2, Arbitraries.of(End.values()))),
                        Arbitraries.integers().between(0, Short.MAX_VALUE))
                .as(Life::new);
    }
}
