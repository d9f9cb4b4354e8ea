// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.AccessPrograms;
import org.ioregionfd.conformance.checks.arbitraries.AccessPrograms.Kind;
import org.ioregionfd.conformance.checks.arbitraries.AccessPrograms.Step;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Judged;
import org.ioregionfd.conformance.run.Check.Needs;
import org.junit.jupiter.api.Test;

/** Version 2 with several commands in flight: start, completion and the order of the responses. */
@Checks
@Needs({Ability.VERSION_2, Ability.WINDOW_2})
public class OrderChecks {
    private static final Access HOLD = at(AnnexDevice.HOLD);
    private static final Access RELEASE = at(AnnexDevice.RELEASE);
    private static final Access MEMORY = at(0);
    private static final int PROGRAM_WINDOW = 16;
    /** Of every size negative, where it is taken for a number with a sign. */
    private static final long PATTERN = 0x8877_6655_c4b3_a291L;

    @Test
    @Clause({"ORD-003", "ORD-002", "DEV-003"})
    void sendsResponsesInOrderWithoutOutOfOrder(DevicePeer device) {
        Session session = open(device, 0, 3);
        Frame held = session.read(HOLD);
        Frame read = session.read(MEMORY);
        Frame release = session.write(RELEASE, 0x1234);
        session.channel().send(held, read, release);
        session.expectOk(held, 0x1234);
        session.expectOk(read, 0);
        session.expectOk(release, 0);
    }

    @Test
    @Clause({"ORD-002", "ORD-001", "DEV-003"})
    void startsCommandsWhileAReadIsHeld(DevicePeer device) {
        Session session = open(device, 0, 2);
        Frame held = session.read(HOLD);
        Frame release = session.write(RELEASE, 7);
        session.channel().send(held);
        session.channel().send(release);
        session.expectOk(held, 7);
        session.expectOk(release, 0);
    }

    @Test
    @Clause({"ORD-004", "DEV-003"})
    @Needs(Ability.OUT_OF_ORDER)
    void answersOtherCommandsWhileAReadIsHeld(DevicePeer device) {
        Session session = open(device, Forge.OUT_OF_ORDER, 2);
        Frame held = session.read(HOLD);
        session.channel().send(held);
        session.does(session.read(MEMORY), 0);
        session.does(session.write(MEMORY, 9), 0);
        session.does(session.read(MEMORY), 9);
        Frame release = session.write(RELEASE, 0x55);
        session.channel().send(release);
        expectEachOnce(session, List.of(held, release), List.of(ok(0x55), ok(0)));
    }

    /** A tag is a number: none of its bits makes a response wait. */
    @Test
    @Clause({"ORD-004", "V2-003"})
    @Needs(Ability.OUT_OF_ORDER)
    void answersEveryBitOfATagWhileAReadIsHeld(DevicePeer device) {
        Session session = open(device, Forge.OUT_OF_ORDER, 2);
        session.channel().send(Dialect.tagged(session.read(HOLD), 0xffff_ffffL));
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            session.does(Dialect.tagged(session.read(MEMORY), 1L << bit), 0);
            session.does(Dialect.tagged(session.write(MEMORY, 0), 1L << bit), 0);
        }
    }

    @Test
    @Clause({"DEV-003", "ORD-002"})
    void startsCommandsInBothRegionsWhileReadsAreHeldInBoth(DevicePeer device) {
        Session session = open(device, 0, 8);
        Access there = MEMORY.withUserData(AnnexDevice.OTHER_REGION);
        List<Frame> frames = List.of(
                session.read(HOLD),
                session.read(HOLD.withUserData(AnnexDevice.OTHER_REGION)),
                session.write(MEMORY, 1),
                session.write(there, 2),
                session.read(MEMORY),
                session.read(there),
                session.write(RELEASE.withUserData(AnnexDevice.OTHER_REGION), 4),
                session.write(RELEASE, 3));
        session.channel().send(frames);
        long[] answers = {3, 4, 0, 0, 1, 2, 0, 0};
        for (int i = 0; i < answers.length; i++) {
            session.expectOk(frames.get(i), answers[i]);
        }
    }

    @Test
    @Clause({"DEV-003", "ORD-004"})
    @Needs(Ability.OUT_OF_ORDER)
    void answersCommandsInBothRegionsWhileReadsAreHeldInBoth(DevicePeer device) {
        Session session = open(device, Forge.OUT_OF_ORDER, 3);
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            session.channel().send(session.read(HOLD.withUserData(region)));
        }
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            Access memory = MEMORY.withUserData(region);
            session.does(session.write(memory, region), 0);
            session.does(session.read(memory), region);
            session.ends(session.read(memory.withOffset(AnnexDevice.FAULT)), new End("DEVICE_FAULT", -1));
            session.ends(session.write(memory.withOffset(-1), 1), new End("BAD_OFFSET", -1));
        }
    }

    @Test
    @Clause({"ORD-001", "V2-003"})
    @Needs(Ability.OUT_OF_ORDER)
    void letsAReadThatComesAfterAWriteSeeIt(DevicePeer device) {
        Session session = open(device, Forge.OUT_OF_ORDER, 2);
        for (int i = 1; i <= 50; i++) {
            Frame write = session.write(MEMORY, i);
            Frame read = session.read(MEMORY);
            session.channel().send(write, read);
            expectEachOnce(session, List.of(write, read), List.of(ok(0), ok(i)));
        }
    }

    @Test
    @Clause({"DEV-001", "ORD-001", "ACE-003"})
    void releasesEveryHeldReadOfTheRegionInItsSize(DevicePeer device) {
        Session session = open(device, 0, 5);
        long[] values = {PATTERN, ~PATTERN, 0, 1, -1, Long.MIN_VALUE};
        for (long value : values) {
            List<Frame> held = new ArrayList<>();
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                held.add(session.read(HOLD.withSizeExponent(exponent)));
            }
            Frame release = session.write(RELEASE, value);
            session.channel().send(held);
            session.channel().send(release);
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                session.expectOk(
                        held.get(exponent), HOLD.withSizeExponent(exponent).cut(value));
            }
            session.expectOk(release, 0);
        }
        session.holds(AnnexDevice.READS, 4L * values.length);
    }

    @Test
    @Clause({"DEV-005", "DEV-001", "ACE-003"})
    void releasesWithAsMuchOfTheValueAsReleaseWasWrittenWith(DevicePeer device) {
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            Session session = open(device, 0, 2);
            Frame held = session.read(HOLD);
            Access narrow = RELEASE.withSizeExponent(exponent);
            // The bits above the size of the WRITE are sent too, and nobody may see them.
            Frame release = session.write(narrow, PATTERN);
            session.channel().send(held, release);
            session.expectOk(held, narrow.cut(PATTERN));
            session.expectOk(release, 0);
        }
    }

    @Test
    @Clause({"CHN-013", "VIO-003"})
    @Needs(Ability.OUT_OF_ORDER)
    void closesWithWhatIsReadyAndWithoutWhatIsHeld(DevicePeer device) {
        Session session = open(device, Forge.OUT_OF_ORDER, 3);
        Frame held = session.read(HOLD);
        Frame ready = session.read(MEMORY);
        session.channel().send(held, ready, session.read(MEMORY).with("op", 0));
        session.expectOk(ready, 0);
        session.channel().expectClosed();
    }

    @Test
    @Clause("DEV-001")
    void releasesNoReadOfTheOtherRegionNorALaterOne(DevicePeer device) {
        Session session = open(device, 0, 3);
        Frame here = session.read(HOLD);
        Frame releaseThere = session.write(RELEASE.withUserData(AnnexDevice.OTHER_REGION), 1);
        Frame releaseHere = session.write(RELEASE, 2);
        session.channel().send(releaseHere);
        session.expectOk(releaseHere, 0);
        Frame again = session.write(RELEASE, 3);
        session.channel().send(here, releaseThere, again);
        session.expectOk(here, 3);
        session.expectOk(releaseThere, 0);
        session.expectOk(again, 0);
    }

    @Test
    @Clause("DEV-001")
    void releasesNothingByAReadOfReleaseOrAWriteOfHold(DevicePeer device) {
        Session session = open(device, 0, 5);
        Frame held = session.read(HOLD);
        Frame write = session.write(HOLD, 8);
        Frame read = session.read(RELEASE);
        Frame outside = session.write(RELEASE.withOffset(AnnexDevice.RELEASE + 1), 9);
        Frame release = session.write(RELEASE, 7);
        session.channel().send(held, write, read, outside, release);
        session.expectOk(held, 7);
        session.expectOk(write, 0);
        session.expectOk(read, 0);
        session.expectEnd(outside, new End("DEVICE_FAULT", -1));
        session.expectOk(release, 0);
    }

    @Test
    @Clause({"ORD-001", "V2-003"})
    @Needs(Ability.POSTED_WRITES)
    void doesPostedWritesOfBothRegionsInOrderWithReads(DevicePeer device) {
        Session session = open(device, Forge.POSTED_WRITES, 2);
        Access there = MEMORY.withUserData(AnnexDevice.OTHER_REGION);
        for (int i = 1; i <= 20; i++) {
            Frame here = session.read(MEMORY);
            Frame other = session.read(there);
            session.channel().send(session.posted(MEMORY, i), session.posted(there, -i), here, other);
            session.expectOk(here, i);
            session.expectOk(other, -i);
        }
    }

    @Test
    @Clause("DEV-001")
    void keepsHeldReadsOfTheChannelsApart(DevicePeer device) {
        Session one = open(device, 0, 2);
        Session other = open(device, 0, 2);
        Frame held = one.read(HOLD);
        one.channel().send(held);
        other.does(other.write(RELEASE, 1), 0);
        Frame release = one.write(RELEASE, 2);
        one.channel().send(release);
        one.expectOk(held, 2);
        one.expectOk(release, 0);
    }

    @Test
    @Judged(by = ClauseKinds.Kind.TIMED)
    @Clause({"CHN-011", "CHN-014", "DEV-003"})
    void closesAtTheEndOfTheStreamAlthoughAReadIsHeld(DevicePeer device) {
        Session session = open(device, 0, 2);
        session.channel().send(session.read(HOLD));
        FramingChecks.closesSoon(session.channel());
    }

    @Property
    @Clause({"ORD-001", "ORD-003", "V2-003", "V2-004", "CHN-002", "DEV-001"})
    void doesAProgramSentInOneWrite(DevicePeer device, @ForAll(supplier = AccessPrograms.class) List<Step> program) {
        Session session = open(device, 0, PROGRAM_WINDOW);
        List<Frame> frames = frames(session, program);
        session.channel().send(frames);
        AnnexDevice annex = new AnnexDevice();
        for (int i = 0; i < frames.size(); i++) {
            session.expectEnd(frames.get(i), end(annex, program.get(i)));
        }
    }

    @Property
    @Clause({"ORD-001", "V2-003", "V2-004", "CHN-002", "DEV-001"})
    @Needs(Ability.OUT_OF_ORDER)
    void doesAProgramSentInOneWriteOutOfOrder(
            DevicePeer device, @ForAll(supplier = AccessPrograms.class) List<Step> program) {
        Session session = open(device, Forge.OUT_OF_ORDER, PROGRAM_WINDOW);
        List<Frame> frames = frames(session, program);
        session.channel().send(frames);
        AnnexDevice annex = new AnnexDevice();
        expectEachOnce(
                session, frames, program.stream().map(step -> end(annex, step)).toList());
    }

    /**
     * A channel of version 2, with what the device requires besides, but for another order; the check is not supported where the
     * device grants no such window.
     */
    static Session open(DevicePeer device, long features, int window) {
        Negotiation offered = Negotiation.detached(device);
        if (offered.windowFor(2) < window) {
            throw new NotSupported("a window of " + window);
        }
        return offered.open(device, Dialect.INFO_WORD, new Choice(2, features, window), ~Forge.OUT_OF_ORDER);
    }

    static End ok(long data) {
        return new End("OK", data);
    }

    /**
     * Requires the responses of {@code commands}, each once and in any order, with these ends.
     *
     * @return the commands in the order in which they were answered
     */
    static List<Frame> expectEachOnce(Session session, List<Frame> commands, List<End> ends) {
        List<Frame> answered = new ArrayList<>();
        List<Frame> outstanding = new ArrayList<>(commands);
        while (!outstanding.isEmpty()) {
            Frame response = session.channel().expect(Dialect.TAGGED.response());
            Frame command = outstanding.stream()
                    .filter(sent -> sent.get("tag") == response.get("tag"))
                    .findFirst()
                    .orElseThrow(() -> session.channel()
                            .violation("the tag of an outstanding command", "tag " + response.get("tag")));
            outstanding.remove(command);
            answered.add(command);
            session.requireEnd(response, command, ends.get(commands.indexOf(command)));
        }
        return answered;
    }

    private static List<Frame> frames(Session session, List<Step> program) {
        return program.stream().map(step -> frame(session, step)).toList();
    }

    static Frame frame(Session session, Step step) {
        return step.kind() == Kind.READ ? session.read(step.access()) : session.write(step.access(), step.data());
    }

    static End end(AnnexDevice annex, Step step) {
        return step.kind() == Kind.READ ? annex.read(step.access()) : annex.write(step.access(), step.data());
    }
}
