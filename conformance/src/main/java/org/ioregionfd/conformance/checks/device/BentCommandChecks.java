// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.CommandOracle;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Commands that differ from others in one bit, and many of them: the same in every version and layout. */
abstract class BentCommandChecks {
    /** Above a byte: a run counts so far in every version. */
    private static final int COUNTED = 264;

    /** How many READs and WRITEs are sent in one write where only K would know that they are too many. */
    private static final int PAIRS = 8;

    private static final int CASES_EACH = 10;

    /** Behind the last register. */
    private static final long PLACES_END = AnnexDevice.COUNTER + Long.BYTES;

    /** Memory, a hole, the end of the region, and each register but HOLD, which may wait. */
    private static final List<Long> PLACES = List.of(
            0x10L,
            0xf8L,
            0x800L,
            0xff8L,
            AnnexDevice.READS,
            AnnexDevice.WRITES,
            AnnexDevice.RELEASE,
            AnnexDevice.FAULT,
            AnnexDevice.COUNTER);

    /** A new channel on which commands are served. */
    abstract Session open(DevicePeer device);

    @Test
    @Clause({"ACE-001", "ACE-002", "DEV-001"})
    void looksAtEveryBitOfRegionAndOffset(DevicePeer device) {
        Session session = open(device);
        servesSome(
                device, session, bent(session).filter(frame -> isOutside(frame)).toList());
    }

    @Test
    @Clause({"DEV-001", "ACE-001", "ACE-002"})
    void decodesEveryBitOfAnOffsetInARegion(DevicePeer device) {
        Session session = open(device);
        servesSome(
                device,
                session,
                bent(session).filter(frame -> !isOutside(frame)).toList());
    }

    /** The end of memory, and all registers but HOLD, in both regions, in every size, by READs and by WRITEs. */
    @Test
    @Clause({"DEV-001", "DEV-005", "DEV-006", "ACE-002", "ACE-003"})
    void servesEveryPlaceInEverySize(DevicePeer device) {
        Session session = open(device);
        List<Frame> registers = new ArrayList<>();
        List<Frame> others = new ArrayList<>();
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            for (long place = AnnexDevice.MEMORY_LENGTH - Long.BYTES; place <= PLACES_END; place++) {
                boolean isRegister = AnnexDevice.nameOf(region, place).isPresent();
                for (int exponent = 0; place != AnnexDevice.HOLD && exponent <= AnnexDevice.QUAD; exponent++) {
                    Access access = new Access(region, place, exponent);
                    List<Frame> frames = isRegister ? registers : others;
                    frames.add(session.write(access, -place));
                    frames.add(session.read(access));
                }
            }
        }
        registers.addAll(Cases.of(others, CASES_EACH / 2, device.random()));
        serves(session, registers);
    }

    private static void servesSome(DevicePeer device, Session session, List<Frame> frames) {
        serves(session, Cases.of(frames, CASES_EACH, device.random()));
    }

    private static void serves(Session session, List<Frame> frames) {
        AnnexDevice annex = new AnnexDevice();
        frames.forEach(frame -> serves(session, annex, frame));
        requireState(session, annex);
    }

    /** READs and WRITEs of each place of both regions, with each bit of region and offset turned. */
    private static Stream<Frame> bent(Session session) {
        List<Frame> frames = new ArrayList<>();
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            for (long place : PLACES) {
                Access access = new Access(region, place, frames.size() / Long.SIZE & AnnexDevice.QUAD);
                for (Frame base : List.of(session.read(access), session.write(access, place))) {
                    frames.addAll(Bends.everyBit(base, "offset"));
                    frames.addAll(Bends.everyBit(base, "user_data"));
                }
            }
        }
        return frames.stream().filter(frame -> frame.get("offset") != AnnexDevice.HOLD);
    }

    private static boolean isOutside(Frame frame) {
        long region = frame.get("user_data");
        return region < AnnexDevice.REGION
                || region > AnnexDevice.OTHER_REGION
                || Long.compareUnsigned(frame.get("offset"), AnnexDevice.LENGTH) >= 0;
    }

    @Test
    @Clause({"DEV-001", "DEV-005", "CHN-002", "V0-011", "V1-003", "V2-003"})
    void countsBeyondAByte(DevicePeer device) {
        counts(open(device), COUNTED);
    }

    /** Each READ of COUNTER answers its number, each WRITE counts, in every size, and no answer is lost on the way. */
    static void counts(Session session, int end) {
        int pairs = session.dialect() == Dialect.TAGGED ? 1 : PAIRS;
        AnnexDevice annex = new AnnexDevice();
        for (int done = 0; done < end; done += pairs) {
            List<Frame> frames = new ArrayList<>();
            List<End> ends = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                frames.add(session.read(AnnexDevice.at(AnnexDevice.COUNTER)));
                ends.add(annex.read(AnnexDevice.at(AnnexDevice.COUNTER)));
                frames.add(session.write(AnnexDevice.at(0), i));
                ends.add(annex.write(AnnexDevice.at(0), i));
            }
            if (pairs > 1) {
                session.channel().send(frames);
            }
            for (int i = 0; i < frames.size(); i++) {
                if (pairs == 1) {
                    session.channel().send(frames.get(i));
                }
                session.expectEnd(frames.get(i), ends.get(i));
            }
        }
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            for (long register : new long[] {AnnexDevice.READS, AnnexDevice.WRITES, AnnexDevice.COUNTER}) {
                serves(session, annex, session.read(AnnexDevice.at(register, exponent)));
            }
        }
    }

    /** In one write there may be any number: a receiver whose buffer ends somewhere has to go on. */
    static void takesAnyNumberOfPostedWrites(Session session) {
        int written = 0;
        for (int count : new int[] {2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1024}) {
            List<Frame> frames = new ArrayList<>();
            while (frames.size() < count - 1) {
                frames.add(session.posted(AnnexDevice.at(0), ++written));
            }
            Frame read = session.read(AnnexDevice.at(0));
            frames.add(read);
            session.channel().send(frames);
            session.expectOk(read, written);
        }
        session.holds(AnnexDevice.WRITES, written);
    }

    /** Sends {@code frame}, which is a command, and requires of its answer, if it wants one, what {@code annex} comes to. */
    static void serves(Session session, AnnexDevice annex, Frame frame) {
        Command command = CommandOracle.commandIn(frame, session.service()).orElseThrow();
        End end = CommandOracle.end(annex, command);
        session.channel().send(frame);
        if (command.isAnswered()) {
            session.expectEnd(frame, end);
        }
    }

    /** Requires that the device has done as much as {@code annex}, and no more. */
    static void requireState(Session session, AnnexDevice annex) {
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            for (long offset : new long[] {0x10, 0xf8, AnnexDevice.WRITES, AnnexDevice.READS, AnnexDevice.COUNTER}) {
                serves(session, annex, session.read(new Access(region, offset, AnnexDevice.QUAD)));
            }
        }
    }

    /** Requires that each of {@code frames} that is no command where {@code opened} come from closes a channel of its own. */
    static void closesOnWhatIsNoCommand(DevicePeer device, Supplier<Session> opened, List<Frame> frames) {
        CommandOracle.Service service = opened.get().service();
        List<Frame> wrong = frames.stream()
                .filter(frame -> CommandOracle.commandIn(frame, service).isEmpty())
                .toList();
        for (Frame frame : Cases.of(wrong, CASES_EACH / 2, device.random())) {
            Session session = opened.get();
            // Another channel may have another set of features.
            if (CommandOracle.commandIn(frame, session.service()).isEmpty()) {
                session.isClosedBy(frame);
            }
        }
    }
}
