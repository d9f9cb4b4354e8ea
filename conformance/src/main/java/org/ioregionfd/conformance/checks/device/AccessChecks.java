// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.checks.arbitraries.AccessPrograms;
import org.ioregionfd.conformance.checks.arbitraries.AccessPrograms.Step;
import org.ioregionfd.conformance.checks.arbitraries.Word.Cuts;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Accesses to the conformance device, one after the other: the same in every version and layout. */
abstract class AccessChecks extends BentCommandChecks {
    /** Each case listens between the pieces, and there are other checks of a cut. */
    private static final int CUT_TRIES = 8;

    private static final int EXPONENTS = 4;

    /** No command in any layout or version. */
    private static final int UNKNOWN_COMMAND = 9;

    /** Of every size negative, where it is taken for a number with a sign. */
    private static final long PATTERN = 0x8877_6655_c4b3_a291L;

    @Test
    @Clause({"CHN-001", "DEV-001"})
    void holdsNumbersLittleEndian(DevicePeer device) {
        Session session = open(device);
        session.does(session.write(at(0x10), PATTERN), 0);
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            for (int offset = 0; offset <= Long.BYTES - (1 << exponent); offset++) {
                Access part = at(0x10 + offset, exponent);
                session.does(session.read(part), part.cut(PATTERN >>> (8 * offset)));
            }
        }
    }

    @Property
    @Clause({"DEV-001", "ACE-001", "ACE-002", "ACE-003", "ORD-001"})
    void doesWhatTheAnnexSays(DevicePeer device, @ForAll(supplier = AccessPrograms.class) List<Step> program) {
        Session session = open(device);
        AnnexDevice annex = new AnnexDevice();
        for (Step step : program) {
            session.ends(OrderChecks.frame(session, step), OrderChecks.end(annex, step));
        }
    }

    @Test
    @Clause("CHN-002")
    void putsACommandTogetherCutAnywhere(DevicePeer device) {
        Session session = open(device);
        List<Integer> cuts = IntStream.range(1, Registry.FRAME_LENGTH).boxed().toList();
        int answered = 0;
        for (int cut : Cases.of(cuts, 2, device.random())) {
            Frame read = session.read(at(AnnexDevice.COUNTER));
            session.channel().sendCut(read, cut);
            session.expectOk(read, answered++);
        }
    }

    /** A read may end anywhere in the frame behind the one that it completes. */
    @Test
    @Clause("CHN-002")
    void putsACommandTogetherThatBeginsBehindTheEndOfAnother(DevicePeer device) {
        Session session = open(device);
        List<int[]> cuts = IntStream.range(1, Registry.FRAME_LENGTH)
                .boxed()
                .flatMap(first -> IntStream.range(1, Registry.FRAME_LENGTH).mapToObj(next -> new int[] {first, next}))
                .toList();
        int answered = 0;
        for (int[] cut : Cases.of(cuts, 1, device.random())) {
            Frame first = session.read(at(AnnexDevice.COUNTER));
            Frame next = session.read(at(AnnexDevice.COUNTER));
            byte[] rest = Arrays.copyOfRange(first.bytes(), cut[0], Registry.FRAME_LENGTH + cut[1]);
            System.arraycopy(next.bytes(), 0, rest, Registry.FRAME_LENGTH - cut[0], cut[1]);
            session.channel().sendPiece(Arrays.copyOf(first.bytes(), cut[0]));
            session.channel().sendBytes(rest);
            session.expectOk(first, answered++);
            session.channel().sendBytes(Arrays.copyOfRange(next.bytes(), cut[1], Registry.FRAME_LENGTH));
            session.expectOk(next, answered++);
        }
    }

    @Property(tries = CUT_TRIES)
    @Clause("CHN-002")
    void writesTheSameHoweverTheCommandIsCut(DevicePeer device, @ForAll(supplier = Cuts.class) List<Integer> cuts) {
        Session session = open(device);
        Frame write = session.write(at(3), PATTERN);
        session.channel().sendCut(write, cuts);
        session.expectOk(write, 0);
        session.holds(3, PATTERN);
    }

    @Test
    @Clause({"CHN-002", "CHN-013", "DST-007"})
    void answersWhatCameInOneWriteBeforeTheFrameThatItClosesOn(DevicePeer device) {
        for (Frame closing : closing(open(device))) {
            Session session = open(device);
            Frame read = session.read(at(AnnexDevice.COUNTER));
            session.channel().send(read, closing, session.read(at(AnnexDevice.COUNTER)));
            session.expectOk(read, 0);
            session.channel().expectClosed();
        }
    }

    @Test
    @Clause({"CHN-002", "CHN-004"})
    void closesOnAFrameNoEarlierThanItIsWhole(DevicePeer device) {
        for (Frame closing : closing(open(device))) {
            for (List<Integer> cuts : List.of(List.of(1, 8, 16), List.of(12, 31))) {
                Session session = open(device);
                session.channel().sendCut(closing, cuts);
                session.channel().expectClosed();
            }
        }
    }

    @Test
    @Clause({"SEC-002", "V2-003"})
    void leavesWhatMeansNothingInAResponseZero(DevicePeer device) {
        Session session = open(device);
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            // Each answer has to be a response as it is laid out.
            for (Access access : List.of(
                    at(0, exponent),
                    at(AnnexDevice.COUNTER, exponent),
                    at(AnnexDevice.FAULT, exponent),
                    at(-1, exponent),
                    at(0, exponent).withUserData(-1))) {
                session.channel().send(session.read(access));
                session.channel().expect(session.dialect().response());
                session.channel().send(session.write(access, -1));
                session.channel().expect(session.dialect().response());
            }
        }
    }

    @Test
    @Clause({"CHN-014", "CHN-004"})
    void servesWhatCameBeforeTheEndOfTheStreamAndNoFragment(DevicePeer device) {
        for (int length : new int[] {0, 1, 31}) {
            Session session = open(device);
            Frame read = session.read(at(AnnexDevice.COUNTER));
            Frame write = session.write(at(0, AnnexDevice.BYTE), 7);
            session.channel().send(read);
            session.expectOk(read, 0);
            session.channel().send(write);
            byte[] half = session.read(at(0)).bytes();
            session.channel().sendBytes(Arrays.copyOf(half, length));
            session.channel().finish();
            session.expectOk(write, 0);
            session.channel().expectClosed();
        }
    }

    @Test
    @Clause("DEV-001")
    void beginsWithMemoryOfZeros(DevicePeer device) {
        Session session = open(device);
        for (long offset = 0; offset < AnnexDevice.MEMORY_LENGTH; offset += Long.BYTES) {
            session.holds(offset, 0);
            session.does(session.read(at(offset).withUserData(AnnexDevice.OTHER_REGION)), 0);
        }
    }

    @Test
    @Clause("DEV-001")
    void countsReadsAndWritesThatWereStartedBefore(DevicePeer device) {
        Session session = open(device);
        session.holds(AnnexDevice.READS, 0);
        session.holds(AnnexDevice.READS, 1);
        session.holds(AnnexDevice.WRITES, 0);
        session.does(session.write(at(0, AnnexDevice.BYTE), 1), 0);
        session.does(session.write(at(AnnexDevice.COUNTER, AnnexDevice.BYTE), 1), 0);
        session.holds(AnnexDevice.WRITES, 2);
        session.holds(AnnexDevice.READS, 4);
    }

    @Test
    @Clause({"DEV-006", "DEV-001", "ACE-001"})
    void countsAccessesThatFaultAndNoneOutsideOfTheRegion(DevicePeer device) {
        Session session = open(device);
        Access fault = at(AnnexDevice.FAULT);
        Access outside = at(AnnexDevice.LENGTH);
        session.ends(fault, 0, new End("DEVICE_FAULT", -1));
        session.ends(outside, 0, new End("BAD_OFFSET", -1));
        session.holds(AnnexDevice.WRITES, 1);
        session.holds(AnnexDevice.READS, 2);
    }

    @Test
    @Clause("DEV-001")
    void popsTheCounterWithReadsOnly(DevicePeer device) {
        Session session = open(device);
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            session.does(session.write(at(AnnexDevice.COUNTER, exponent), 99), 0);
            session.does(session.read(at(AnnexDevice.COUNTER, exponent)), exponent);
        }
    }

    @Test
    @Clause("DEV-001")
    void keepsTheRegionsApart(DevicePeer device) {
        Session session = open(device);
        Access there = at(0).withUserData(AnnexDevice.OTHER_REGION);
        session.does(session.write(at(0), 1), 0);
        session.does(session.read(there), 0);
        session.does(session.read(there.withOffset(AnnexDevice.WRITES)), 0);
        session.does(session.write(there, 2), 0);
        session.holds(0, 1);
        session.holds(AnnexDevice.WRITES, 1);
    }

    @Test
    @Clause({"DEV-001", "DEV-004"})
    void keepsTheChannelsApart(DevicePeer device) {
        Session one = open(device);
        Session other = open(device);
        one.does(one.write(at(0), 7), 0);
        other.holds(0, 0);
        one.holds(AnnexDevice.COUNTER, 0);
        other.holds(AnnexDevice.COUNTER, 0);
        other.holds(AnnexDevice.WRITES, 0);
    }

    @Test
    @Clause({"ACE-001", "ACE-002", "ACE-005"})
    void answersOnesInTheAccessSizeOutsideOfTheRegion(DevicePeer device) {
        Session session = open(device);
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            long last = AnnexDevice.LENGTH - (1 << exponent);
            // The last places are inside, a hole of the device, aligned or not; all later ones are outside, also if
            // their end would wrap.
            session.fails(at(last, exponent), 0, "DEVICE_FAULT");
            session.fails(at(last - 1, exponent), 0, "DEVICE_FAULT");
            for (long offset :
                    new long[] {last + 1, AnnexDevice.LENGTH, 1L << 32, Long.MIN_VALUE, -(1L << exponent), -1}) {
                session.fails(at(offset, exponent), 0, "BAD_OFFSET");
            }
        }
    }

    @Test
    @Clause({"ACE-001", "ACE-002"})
    void answersOnesInARegionThatIsNone(DevicePeer device) {
        Session session = open(device);
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            for (long userData : new long[] {0, 3, 1L << 32 | 1, -1}) {
                session.fails(at(0, exponent).withUserData(userData), 0, "BAD_REGION");
                // The region is checked first.
                session.fails(at(-1, exponent).withUserData(userData), 0, "BAD_REGION");
            }
        }
    }

    @Test
    @Clause({"ACE-002", "DEV-001", "DEV-005"})
    void answersOnesWhereTheDeviceFaults(DevicePeer device) {
        Session session = open(device);
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            for (long offset : new long[] {AnnexDevice.FAULT, 0x101, 0x127, 0x129, 0x130, 0x200, 0x800}) {
                session.fails(at(offset, exponent), 0, "DEVICE_FAULT");
            }
        }
    }

    @Test
    @Clause("ACE-003")
    void ignoresDataAboveTheAccessSize(DevicePeer device) {
        Session session = open(device);
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            Access access = at(0x20 + 0x10 * exponent, exponent);
            session.does(session.write(access, -1), 0);
            session.holds(access.offset(), access.ones());
            session.does(session.read(access), access.ones());
        }
    }

    @Test
    @Clause({"DEV-001", "DEV-005"})
    void alignmentDoesNotMatterInMemory(DevicePeer device) {
        Session session = open(device);
        for (int exponent = 1; exponent < EXPONENTS; exponent++) {
            Access last = at(AnnexDevice.MEMORY_LENGTH - (1 << exponent), exponent);
            Access odd = at(0x41, exponent);
            for (Access access : new Access[] {last, odd}) {
                session.does(session.write(access, PATTERN), 0);
                session.does(session.read(access), access.cut(PATTERN));
            }
            session.fails(last.withOffset(last.offset() + 1), 0, "DEVICE_FAULT");
        }
    }

    /** Frames that close a channel in every version: an unknown command, and a marked frame that is no HELLO. */
    private static List<Frame> closing(Session session) {
        Frame command = session.dialect().command(UNKNOWN_COMMAND, at(0, AnnexDevice.BYTE));
        return List.of(session.dialect().answered(command), Forge.abort("POLICY", 0));
    }
}
