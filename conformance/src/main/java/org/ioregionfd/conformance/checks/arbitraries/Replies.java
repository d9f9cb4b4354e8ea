// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.arbitraries;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Registry;

/** What a device says in a handshake: mostly something that leads to an agreement. */
public final class Replies implements ArbitrarySupplier<Replies.Reply> {
    private static final int REASON_MAX = 0xffff;
    private static final int WINDOW = 3;

    /** One device of each sort: one that knows no handshake, one of each version, one that cannot be agreed with, and one that refuses. */
    public static final List<Reply> KNOWN = List.of(
            Reply.NONE,
            Reply.of(new Terms(0b001, 0, WINDOW)),
            Reply.of(new Terms(0b011, 1, WINDOW)),
            Reply.of(new Terms(0b111, Registry.known().featureMask(), WINDOW)),
            Reply.of(new Terms(0b100, 0, 2)),
            Reply.of(new Terms(0b111, 0, 0)),
            new Reply(false, new Terms(0b111, 0, WINDOW), -1, 1, 2, WINDOW));

    /**
     * The device's answers.
     *
     * @param isLegacy whether the answer to the HELLO bears no marker
     * @param value in the answer to the HELLO
     * @param reserved what fills the bytes of the OFFER, or of a response of version 0, that K ignores
     * @param reason of a REJECT, or 0 for an ACCEPT
     */
    public record Reply(boolean isLegacy, Terms offer, long value, long reserved, int reason, long detail) {
        /** Of a device that gets no HELLO. */
        public static final Reply NONE = new Reply(true, new Terms(0, 0, 1), 0, 0x0102_0304, 0, 0);

        /** A device that offers this and accepts what K selects. */
        public static Reply of(Terms offer) {
            return new Reply(false, offer, 0, 0, 0, 0);
        }
    }

    @Override
    public Arbitrary<Reply> get() {
        return Combinators.combine(
                        Arbitraries.frequency(Tuple.of(1, true), Tuple.of(4, false)),
                        new Offers().get(),
                        new Word.Of64Bits().get(),
                        new Word.Of32Bits().get(),
                        Arbitraries.frequencyOf(
                                Tuple.of(8, Arbitraries.just(0)),
                                Tuple.of(1, Arbitraries.integers().between(1, REASON_MAX))),
                        new Word.Of64Bits().get())
                .as(Reply::new);
    }
}
