// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.checks.device.OrderChecks.expectEachOnce;
import static org.ioregionfd.conformance.checks.device.OrderChecks.ok;
import static org.ioregionfd.conformance.checks.device.OrderChecks.open;
import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.junit.jupiter.api.Test;

/**
 * The window, and FENCE. All are tested with READs of HOLD, which stay outstanding for as long as a check wants.
 */
@Checks
@Needs({Ability.VERSION_2, Ability.WINDOW_2})
public class WindowChecks {
    private static final Access HOLD = at(AnnexDevice.HOLD);
    private static final Access RELEASE = at(AnnexDevice.RELEASE);
    private static final Access MEMORY = at(0);

    /** A larger window is filled with one kind of command only: it takes longer, and is seldom granted. */
    private static final int WINDOW_TRIED_OFTEN_MAX = 64;

    private static final int WINDOW_FILLED_MAX = 256;

    @Test
    @Clause("VIO-006")
    void closesOnACommandThatExceedsTheWindow(DevicePeer device) {
        for (long features : new long[] {0, offeredOutOfOrder(device)}) {
            Session session = open(device, features, 2);
            session.channel().send(session.read(HOLD), session.read(HOLD));
            session.isClosedBy(session.read(MEMORY));
        }
    }

    /** The check below fills exactly the window; this one sends one command more, of any kind. */
    @Test
    @Clause({"VIO-006", "VIO-007"})
    void closesOnOneMoreThanTheWindowThatItGranted(DevicePeer device) {
        int granted = Negotiation.detached(device).windowFor(2);
        for (int window : IntStream.of(2, 3, 255, 256, 4095, 4096, granted)
                .filter(size -> size <= granted)
                .distinct()
                .toArray()) {
            List<Function<Session, Frame>> excesses = new ArrayList<>(List.of(
                    session -> session.read(HOLD),
                    session -> session.write(MEMORY, 1),
                    session -> session.write(RELEASE, 1)));
            if ((Negotiation.detached(device).featuresFor(2) & Forge.FENCE) != 0) {
                excesses.add(Session::fence);
            }
            if (window > WINDOW_TRIED_OFTEN_MAX) {
                excesses = excesses.subList(0, 1);
            }
            for (Function<Session, Frame> excess : excesses) {
                Session session = open(device, Negotiation.detached(device).featuresFor(2) & Forge.FENCE, window);
                List<Frame> held = new ArrayList<>();
                for (int i = 0; i < window; i++) {
                    held.add(session.read(HOLD));
                }
                session.channel().send(held);
                session.isClosedBy(excess.apply(session));
            }
        }
    }

    @Test
    @Clause({"ACC-001", "DEV-003", "DEV-001"})
    void servesTheWholeWindowThatItGranted(DevicePeer device) {
        int window = Negotiation.detached(device).windowFor(2);
        Session session = open(device, 0, window);
        List<Frame> held = new ArrayList<>();
        for (int i = 1; i < window; i++) {
            held.add(session.read(HOLD));
        }
        Frame release = session.write(RELEASE, 3);
        session.channel().send(held);
        session.channel().send(release);
        held.forEach(read -> session.expectOk(read, 3));
        session.expectOk(release, 0);
        session.holds(AnnexDevice.READS, window - 1);
    }

    /** Without OUT_OF_ORDER, so that the order of the responses is known. */
    @Test
    @Clause({"CHN-002", "V2-003", "ORD-003"})
    void answersAWholeWindowOfOneWrite(DevicePeer device) {
        int window = Math.min(WINDOW_FILLED_MAX, Negotiation.detached(device).windowFor(2));
        Session session = Session.agreed(device, Dialect.INFO_WORD, new Choice(2, 0, window));
        int answered = 0;
        for (int count : new int[] {2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256}) {
            List<Frame> reads = new ArrayList<>();
            while (reads.size() < Math.min(count, window)) {
                reads.add(session.read(at(AnnexDevice.COUNTER)));
            }
            session.channel().send(reads);
            for (Frame read : reads) {
                session.expectOk(read, answered++);
            }
        }
    }

    @Test
    @Clause("VIO-006")
    @Needs(Ability.POSTED_WRITES)
    void doesNotCountPostedWrites(DevicePeer device) {
        Session session = open(device, Forge.POSTED_WRITES, 2);
        Frame first = session.read(HOLD);
        Frame second = session.read(HOLD);
        session.channel()
                .send(first, second, session.posted(MEMORY, 1), session.posted(MEMORY, 2), session.posted(RELEASE, 8));
        session.expectOk(first, 8);
        session.expectOk(second, 8);
        session.holds(0, 2);
    }

    /** Without OUT_OF_ORDER a command that has completed waits for its turn, and counts until then. */
    @Test
    @Clause({"VIO-006", "ORD-003"})
    void countsWhatIsReadyAndWaitsForItsTurn(DevicePeer device) {
        int granted = Negotiation.detached(device).windowFor(2);
        long fence = Negotiation.detached(device).featuresFor(2) & Forge.FENCE;
        for (int window : IntStream.of(2, 3, Math.min(granted, WINDOW_TRIED_OFTEN_MAX))
                .filter(size -> size <= granted)
                .distinct()
                .toArray()) {
            for (Function<Session, Frame> ready : commands(fence)) {
                for (Function<Session, Frame> excess : commands(fence)) {
                    Session session = open(device, fence, window);
                    List<Frame> frames = new ArrayList<>(List.of(session.read(HOLD)));
                    while (frames.size() < window) {
                        frames.add(ready.apply(session));
                    }
                    session.channel().send(frames);
                    session.isClosedBy(excess.apply(session));
                }
            }
        }
    }

    /** One of each kind that completes at once, or behind a READ that is held. */
    static List<Function<Session, Frame>> commands(long fence) {
        List<Function<Session, Frame>> commands = new ArrayList<>(List.of(
                session -> session.read(MEMORY),
                session -> session.write(MEMORY, 1),
                session -> session.read(at(AnnexDevice.FAULT)),
                session -> session.write(MEMORY.withUserData(0), 1)));
        if (fence != 0) {
            commands.add(Session::fence);
        }
        return commands;
    }

    @Test
    @Clause("VIO-006")
    @Needs(Ability.FENCE)
    void countsAFence(DevicePeer device) {
        Session session = open(device, Forge.FENCE, 2);
        session.channel().send(session.read(HOLD), session.fence());
        session.isClosedBy(session.read(MEMORY));
    }

    @Test
    @Clause({"FEA-001", "V2-004"})
    @Needs(Ability.FENCE)
    void answersAFenceAtOnceWhenNothingIsOutstanding(DevicePeer device) {
        Session session = open(device, Forge.FENCE, 2);
        session.does(session.fence(), 0);
        session.does(session.write(MEMORY, 1), 0);
        session.does(session.fence(), 0);
    }

    @Test
    @Clause("FEA-001")
    @Needs({Ability.FENCE, Ability.OUT_OF_ORDER})
    void holdsAFenceBackUntilEveryEarlierCommandIsAnswered(DevicePeer device) {
        Session session = open(device, Forge.FENCE | Forge.OUT_OF_ORDER, 3);
        Frame held = session.read(HOLD);
        Frame fence = session.fence();
        session.channel().send(held, fence);
        // Later commands overtake it, so an early answer to the FENCE would come before theirs.
        session.does(session.read(MEMORY), 0);
        session.does(session.write(MEMORY, 4), 0);
        session.does(session.read(MEMORY), 4);
        Frame release = session.write(RELEASE, 6);
        session.channel().send(release);
        requireBefore(
                held,
                fence,
                expectEachOnce(session, List.of(held, fence, release), List.of(ok(6), ok(0), ok(0))),
                session);
    }

    @Test
    @Clause("FEA-001")
    @Needs({Ability.FENCE, Ability.OUT_OF_ORDER})
    void letsAFenceWaitForBothRegionsAndForNothingLater(DevicePeer device) {
        Session session = open(device, Forge.FENCE | Forge.OUT_OF_ORDER, 6);
        Access there = HOLD.withUserData(AnnexDevice.OTHER_REGION);
        Access releaseThere = RELEASE.withUserData(AnnexDevice.OTHER_REGION);
        Frame here = session.read(HOLD);
        Frame other = session.read(there);
        Frame fence = session.fence();
        session.channel().send(here, other, fence);
        Frame release = session.write(RELEASE, 1);
        session.channel().send(release);
        expectEachOnce(session, List.of(here, release), List.of(ok(1), ok(0)));
        // One READ before it is still held: an answer to the FENCE would come before this one.
        session.does(session.read(MEMORY), 0);
        Frame later = session.read(HOLD);
        Frame released = session.write(releaseThere, 2);
        session.channel().send(later, released);
        // The READ behind it is held all the time.
        requireBefore(
                other,
                fence,
                expectEachOnce(session, List.of(other, fence, released), List.of(ok(2), ok(0), ok(0))),
                session);
        Frame second = session.fence();
        Frame last = session.write(RELEASE, 3);
        session.channel().send(second, last);
        expectEachOnce(session, List.of(later, second, last), List.of(ok(3), ok(0), ok(0)));
    }

    @Test
    @Clause({"FEA-001", "ORD-003"})
    @Needs(Ability.FENCE)
    void answersAFenceInItsTurnWithoutOutOfOrder(DevicePeer device) {
        Session session = open(device, Forge.FENCE, 3);
        Frame held = session.read(HOLD);
        Frame fence = session.fence();
        Frame release = session.write(RELEASE, 6);
        session.channel().send(held, fence, release);
        session.expectOk(held, 6);
        session.expectOk(fence, 0);
        session.expectOk(release, 0);
    }

    @Test
    @Clause("FEA-001")
    @Needs({Ability.FENCE, Ability.POSTED_WRITES})
    void answersAFenceAfterPostedWritesHaveTakenEffect(DevicePeer device) {
        Session session = open(device, Forge.FENCE | Forge.POSTED_WRITES, 2);
        Frame fence = session.fence();
        session.channel().send(session.posted(MEMORY, 1), session.posted(MEMORY, 2), fence);
        session.expectOk(fence, 0);
        session.holds(0, 2);
    }

    /** A bit of each byte; which one follows from the seed. */
    @Test
    @Clause("VIO-003")
    @Needs(Ability.FENCE)
    void closesOnAFenceWithAnyOtherField(DevicePeer device) {
        for (int index = 0; index < Registry.FRAME_LENGTH; index++) {
            if (index == 1 || index >= Long.BYTES) {
                Session session = open(device, Forge.FENCE, 2);
                session.isClosedBy(Forge.withByte(
                        session.fence(), index, 1 << device.random().nextInt(Byte.SIZE)));
            }
        }
    }

    @Test
    @Clause("VIO-003")
    @Needs(Ability.FENCE)
    void closesOnEveryReservedFlagOfAWriteAndAFence(DevicePeer device) {
        for (int bit = 1; bit < Short.SIZE; bit++) {
            Session session = open(device, Forge.FENCE, 2);
            Frame command = bit % 2 == 0 ? session.fence() : session.write(MEMORY, 1);
            session.isClosedBy(command.with("flags", command.get("flags") | 1L << bit));
        }
    }

    /** What a READ of a register has, a FENCE has not. */
    @Test
    @Clause("VIO-003")
    @Needs(Ability.FENCE)
    void closesOnAFenceWithAFieldOfAnAccess(DevicePeer device) {
        List<Frame> frames = new ArrayList<>();
        Frame fence = Dialect.fence(1);
        for (int number = 1; number <= AnnexDevice.QUAD; number++) {
            frames.add(fence.with("size_exponent", number));
            frames.add(fence.with("user_data", number));
        }
        frames.add(fence.with("offset", AnnexDevice.COUNTER));
        frames.add(fence.with("data", 1));
        frames.forEach(frame -> open(device, Forge.FENCE, 2).isClosedBy(frame));
    }

    @Test
    @Clause("VIO-003")
    void closesOnAFenceThatWasNotSelected(DevicePeer device) {
        Session session = Session.exactly(device, Dialect.INFO_WORD, new Choice(2, 0, 2));
        session.isClosedBy(session.fence());
    }

    @Test
    @Clause("VIO-004")
    @Needs(Ability.FENCE)
    void closesOnAFenceThatWantsNoResponse(DevicePeer device) {
        for (long tag : new long[] {0, 1}) {
            Session session = open(device, Forge.FENCE, 2);
            session.isClosedBy(Dialect.tagged(Dialect.TAGGED.unanswered(session.fence()), tag));
        }
    }

    /** OUT_OF_ORDER if the device offers it; a second round without it does no harm. */
    static long offeredOutOfOrder(DevicePeer device) {
        return Negotiation.detached(device).featuresFor(2) & Forge.OUT_OF_ORDER;
    }

    private static void requireBefore(Frame read, Frame fence, List<Frame> answered, Session session) {
        if (answered.indexOf(fence) < answered.indexOf(read)) {
            throw session.channel().violation("the response of the READ before that of the FENCE", "the FENCE's first");
        }
    }
}
