// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.kvm.Standing.Asked;
import org.ioregionfd.conformance.checks.kvm.WrongValues.Bend;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** What K takes out of a response, in every state, and what it leaves in there. */
@Checks
public class ResponseValueChecks {
    private static final int SIZES = 4;
    private static final int PLACE_OF_MARKER = Registry.standard().markerOffset(Sender.D);
    private static final byte[] MARKER = Registry.standard().marker();

    private record Sized(Standing standing, int sizeExponent) {
        @Override
        public String toString() {
            return standing + ", READ of " + (8 << sizeExponent) + " bits";
        }
    }

    private record Answered(Standing standing, Op op) {
        private static List<Answered> in(List<Standing> standings) {
            return standings.stream()
                    .flatMap(standing -> standing.answeredOps().stream().map(op -> new Answered(standing, op)))
                    .toList();
        }

        @Override
        public String toString() {
            return standing + ", " + op;
        }
    }

    /** A plain answer to a HELLO: its data, and one bend of what is behind them. */
    private record Plain(Dialect layout, int sizeExponent, long data, Bend padding) {
        @Override
        public String toString() {
            return "%s, READ of %d bits, data 0x%x, %s".formatted(layout.label(), 8 << sizeExponent, data, padding);
        }
    }

    /** Each bit alone, and all of them. */
    @Test
    @Clause({"ACE-003", "V0-003"})
    void theValueHasTheBitsOfItsSizeAndNoOther(KvmPeer kvm) {
        List<Sized> cases = new ArrayList<>();
        for (Standing standing : Standing.values()) {
            if (standing.ops().contains(Op.READ)) {
                for (int exponent = 0; exponent < SIZES; exponent++) {
                    cases.add(new Sized(standing, exponent));
                }
            }
        }
        KvmCases.each(kvm, cases, 2, sized -> {
            KvmSession talk = sized.standing.begin(kvm);
            Command read = new Command(Op.READ, new Access(1, 0x10, sized.sizeExponent), 0);
            for (int bit = 0; bit < Long.SIZE; bit++) {
                Asked asked = sized.standing.ask(talk, read);
                asked.answer(asked.response(1L << bit));
            }
            Asked asked = sized.standing.ask(talk, read);
            asked.answer(asked.response(-1));
            Standing.end(talk);
        });
    }

    @Test
    @Clause({"V0-003", "HEL-004", "KST-002"})
    void ofAPlainAnswerToAHelloTheBitsOfItsSizeCount(KvmPeer kvm) {
        List<Plain> cases = new ArrayList<>();
        for (Dialect layout : Dialect.LAYOUTS) {
            for (int exponent = 0; exponent < SIZES; exponent++) {
                long above = exponent == SIZES - 1 ? 0 : 1L << (8 << exponent);
                for (long data : new long[] {-1, above, Long.MIN_VALUE, 0x1234_5678_9abc_def0L}) {
                    cases.add(new Plain(layout, exponent, data, WrongValues.at(31, 0x80)));
                }
            }
        }
        for (int index = Long.BYTES; index < Registry.FRAME_LENGTH; index++) {
            cases.add(new Plain(Dialect.INFO_WORD, 1, -1, WrongValues.at(index, 1)));
            cases.add(new Plain(Dialect.BYTE_FIELDS, 2, -1, WrongValues.at(index, 0xff)));
        }
        KvmCases.each(kvm, cases, 6, plain -> {
            Access access = new Access(1, 0x10, plain.sizeExponent);
            KvmSession talk =
                    KvmSession.attached(kvm, KvmSession.connect().with("layout", plain.layout.label()), access);
            talk.wire().send(plain.padding.of(plain.layout.response().blank().with("data", plain.data)));
            KvmSession.expectState(kvm.expectValue(talk.carried().orElseThrow(), access.cut(plain.data)), "legacy");
            Standing.end(talk);
        });
    }

    /** Each bit of it alone. */
    @Test
    @Clause("V0-003")
    void thePaddingOfAResponseIsIgnored(KvmPeer kvm) {
        List<Bend> bends = WrongValues.bits(Long.BYTES, Registry.FRAME_LENGTH);
        KvmCases.each(kvm, Answered.in(Standing.OF_VERSION_0), 1, answered -> takes(kvm, answered, bends));
    }

    /** Whatever is like the marker, and the marker wherever it does not belong. */
    @Test
    @Clause({"MRK-001", "V0-003"})
    void onlyTheMarkerAtItsPlaceIsOne(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>(inTheData());
        for (int place = PLACE_OF_MARKER - 3; place <= Registry.FRAME_LENGTH - MARKER.length; place++) {
            if (place != PLACE_OF_MARKER) {
                bends.add(marker(place));
            }
        }
        Bend marker = marker(PLACE_OF_MARKER);
        WrongValues.bits(PLACE_OF_MARKER, PLACE_OF_MARKER + MARKER.length)
                .forEach(bit -> bends.add(new Bend("a marker with " + bit, frame -> bit.of(marker.of(frame)))));
        for (int bytes = 1; bytes < 0xf; bytes++) {
            bends.add(someBytesOfTheMarker(bytes));
        }
        KvmCases.each(kvm, Answered.in(Standing.OF_VERSION_0), 1, answered -> takes(kvm, answered, bends));
    }

    /** The data of a response may be anything, in versions 1 and 2 too. */
    @Test
    @Clause({"MRK-001", "V1-004", "V2-005"})
    void aMarkerInTheDataIsNone(KvmPeer kvm) {
        List<Standing> standings = List.of(Standing.VERSION_1, Standing.VERSION_2, Standing.VERSION_2_IN_ORDER);
        KvmCases.each(kvm, Answered.in(standings), 2, answered -> {
            if (answered.op == Op.READ || answered.standing.dialect() == Dialect.TAGGED) {
                takes(kvm, answered, inTheData());
            }
        });
    }

    private static List<Bend> inTheData() {
        return Stream.of(0, 1, 2, 3, 4).map(ResponseValueChecks::marker).toList();
    }

    private static Bend marker(int place) {
        return new Bend("the marker at byte " + place, frame -> {
            Frame bent = frame;
            for (int i = 0; i < MARKER.length; i++) {
                bent = Forge.withByte(bent, place + i, MARKER[i]);
            }
            return bent;
        });
    }

    private static Bend someBytesOfTheMarker(int bytes) {
        return new Bend("some bytes of the marker: " + Integer.toBinaryString(bytes), frame -> {
            Frame bent = frame;
            for (int i = 0; i < MARKER.length; i++) {
                bent = (bytes >>> i & 1) == 0 ? bent : Forge.withByte(bent, PLACE_OF_MARKER + i, MARKER[i]);
            }
            return bent;
        });
    }

    /** On one channel: K takes each of these for a right response. */
    private static void takes(KvmPeer kvm, Answered answered, List<Bend> bends) {
        KvmSession talk = answered.standing.begin(kvm);
        KvmCases.each(kvm, bends, bends.size(), bend -> {
            Asked asked = answered.standing.ask(talk, answered.op);
            asked.answer(bend.of(asked.response(0)));
        });
        Standing.end(talk);
    }
}
