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
 * The actions of a KVM side on one channel: commands of every kind, the times when their bytes are sent, and when their
 * responses are read.
 */
public final class Scripts implements ArbitrarySupplier<List<Scripts.Step>> {
    private static final int STEPS_MAX = 24;

    /** So many steps fill every window that is common, several times over. */
    private static final int CROWD_MIN = 40;

    private static final int CROWD_MAX = 120;
    private static final long HOLD = 0x110;
    private static final long RELEASE = 0x118;

    /** What a step does. */
    public enum Kind {
        READ,
        WRITE,
        /** A WRITE that wants no response, where these are allowed; else as WRITE. */
        POST,
        /** A READ of HOLD: it waits until RELEASE is written, if more than one command may be in flight. */
        HOLD,
        RELEASE,
        /** The same, posted. */
        POST_RELEASE,
        /** Where it was selected; else nothing. */
        FENCE,
        /** Writes all waiting bytes except the last {@code data}. */
        FLUSH,
        /** Reads every response that is due. */
        COLLECT
    }

    /** One step; the access is nothing to FENCE, FLUSH and COLLECT. */
    public record Step(Kind kind, Access access, long data) {
        @Override
        public String toString() {
            return switch (kind) {
                case FENCE, COLLECT -> kind.toString();
                case FLUSH -> data == 0 ? "FLUSH" : "FLUSH but " + data;
                case READ, HOLD -> kind + " " + access;
                case WRITE, POST, RELEASE, POST_RELEASE -> kind + " " + access + " = 0x" + Long.toHexString(data);
            };
        }
    }

    @Override
    public Arbitrary<List<Step>> get() {
        Arbitrary<Long> data =
                Arbitraries.frequencyOf(Tuple.of(3, new Word.Of64Bits().get()), Tuple.of(1, Arbitraries.just(0L)));
        Arbitrary<Access> anywhere = new AccessPrograms().accesses();
        Arbitrary<Access> hold = holds();
        Arbitrary<Access> release = register(RELEASE);
        Arbitrary<Step> command = Arbitraries.frequencyOf(
                Tuple.of(6, step(Kind.READ, anywhere, data)),
                Tuple.of(5, step(Kind.WRITE, anywhere, data)),
                Tuple.of(3, step(Kind.POST, anywhere, data)),
                Tuple.of(3, step(Kind.HOLD, hold, data)),
                Tuple.of(2, step(Kind.RELEASE, release, data)),
                Tuple.of(1, step(Kind.POST_RELEASE, release, data)),
                Tuple.of(2, Arbitraries.just(new Step(Kind.FENCE, NOWHERE, 0))));
        Arbitrary<Step> waiting = Arbitraries.frequencyOf(
                Tuple.of(12, step(Kind.HOLD, hold, data)),
                Tuple.of(9, command),
                Tuple.of(1, Arbitraries.just(new Step(Kind.COLLECT, NOWHERE, 0))));
        Arbitrary<Step> flush = Arbitraries.longs().between(0, 31).map(kept -> new Step(Kind.FLUSH, NOWHERE, kept));
        Arbitrary<Step> any = Arbitraries.frequencyOf(
                Tuple.of(22, command),
                Tuple.of(3, flush),
                Tuple.of(3, Arbitraries.just(new Step(Kind.COLLECT, NOWHERE, 0))));
        return Arbitraries.frequencyOf(
                Tuple.of(3, any.list().ofMinSize(1).ofMaxSize(STEPS_MAX)),
                Tuple.of(1, waiting.list().ofMinSize(CROWD_MIN).ofMaxSize(CROWD_MAX)));
    }

    private static final Access NOWHERE = new Access(0, 0, 0);

    /** Every access to HOLD. */
    static Arbitrary<Access> holds() {
        return register(HOLD);
    }

    private static Arbitrary<Access> register(long offset) {
        return Combinators.combine(
                        Arbitraries.of(1L, 2L), Arbitraries.integers().between(0, 3))
                .as((region, exponent) -> new Access(region, offset, exponent));
    }

    private static Arbitrary<Step> step(Kind kind, Arbitrary<Access> accesses, Arbitrary<Long> data) {
        return Combinators.combine(accesses, data).as((access, number) -> new Step(kind, access, number));
    }
}
