// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.checks.device.OrderChecks.open;
import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Step;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Sending;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.junit.jupiter.api.Test;

/** Tags in use. READs of HOLD keep them so for as long as a check wants. */
@Checks
@Needs({Ability.VERSION_2, Ability.WINDOW_2})
public class TagChecks {
    private static final Access HOLD = at(AnnexDevice.HOLD);
    private static final Access RELEASE = at(AnnexDevice.RELEASE);
    private static final Access MEMORY = at(0);

    /** So many READs are held at a time, so often. */
    private static final int CROWD = 64;

    private static final int ROUNDS = 12;

    /** Without OUT_OF_ORDER a command that has completed waits for its turn, and its tag is in use until then. */
    @Test
    @Clause({"VIO-006", "ORD-003"})
    void keepsATagInUseWhileItsResponseWaitsForItsTurn(DevicePeer device) {
        long fence = Negotiation.detached(device).featuresFor(2) & Forge.FENCE;
        for (Function<Session, Frame> ready : WindowChecks.commands(fence)) {
            for (Function<Session, Frame> again : WindowChecks.commands(fence)) {
                Session session = open(
                        device, fence, Math.min(8, Negotiation.detached(device).windowFor(2)));
                Frame waiting = Dialect.tagged(ready.apply(session), 0x1234_5678);
                session.channel().send(session.read(HOLD), waiting);
                session.isClosedBy(Dialect.tagged(again.apply(session), waiting.get("tag")));
            }
        }
    }

    /** Whatever it was the tag of, and although its response had to wait. */
    @Test
    @Clause({"VIO-006", "V2-003", "ORD-003"})
    void freesATagOnceItsResponseHadItsTurn(DevicePeer device) {
        long fence = Negotiation.detached(device).featuresFor(2) & Forge.FENCE;
        for (Function<Session, Frame> ready : WindowChecks.commands(fence)) {
            Session session = open(device, fence, 3);
            for (int round = 0; round < 3; round++) {
                Frame held = Dialect.tagged(session.read(HOLD), 1);
                Frame waiting = Dialect.tagged(ready.apply(session), 2);
                Frame release = Dialect.tagged(session.write(RELEASE, round), 3);
                session.channel().send(held, waiting, release);
                session.expectOk(held, round);
                session.expectAnswer(waiting);
                session.expectOk(release, 0);
                for (int tag = 1; tag <= 3; tag++) {
                    session.channel().send(Dialect.tagged(waiting, tag));
                    session.expectAnswer(Dialect.tagged(waiting, tag));
                }
            }
        }
    }

    /** A tag is in use with all of its bits: one that differs in a single one is another. */
    @Test
    @Clause({"VIO-006", "V2-003"})
    void tellsTagsApartByEveryBit(DevicePeer device) {
        Session session = open(device, 0, 3);
        for (long tag : new long[] {1, 0x8000_0001L, 0xffff_ffffL, 0x0001_0000L}) {
            Frame held = Dialect.tagged(session.read(HOLD), tag);
            for (Frame other : Bends.everyBit(Dialect.tagged(session.read(MEMORY), tag), "tag")) {
                if (other.get("tag") != 0) {
                    Frame release = Dialect.tagged(session.write(RELEASE, tag), (~tag & 0xffff_fff0L) | 8);
                    session.channel().send(held, other, release);
                    session.expectOk(held, tag);
                    session.expectOk(other, 0);
                    session.expectOk(release, 0);
                }
            }
        }
    }

    @Test
    @Clause("VIO-006")
    void closesOnATagInUse(DevicePeer device) {
        for (long features : new long[] {0, WindowChecks.offeredOutOfOrder(device)}) {
            for (int other = 0; other < 3; other++) {
                Session session = open(device, features, 4);
                List<Frame> held = List.of(session.read(HOLD), session.read(HOLD), session.read(HOLD));
                session.channel().send(held);
                session.isClosedBy(
                        Dialect.tagged(session.read(MEMORY), held.get(other).get("tag")));
            }
        }
    }

    @Test
    @Clause("VIO-006")
    @Needs(Ability.FENCE)
    void closesOnATagInUseWhateverUsesIt(DevicePeer device) {
        Session byWrite = open(device, Forge.FENCE, 3);
        Frame held = byWrite.read(HOLD);
        byWrite.channel().send(held);
        byWrite.isClosedBy(Dialect.tagged(byWrite.write(MEMORY, 1), held.get("tag")));
        Session byFence = open(device, Forge.FENCE, 3);
        byFence.channel().send(held);
        byFence.isClosedBy(Dialect.fence(held.get("tag")));
        Session ofFence = open(device, Forge.FENCE, 3);
        Frame fence = Dialect.fence(held.get("tag") + 1);
        ofFence.channel().send(held, fence);
        ofFence.isClosedBy(Dialect.tagged(ofFence.read(MEMORY), fence.get("tag")));
    }

    @Test
    @Clause("VIO-006")
    @Needs(Ability.OUT_OF_ORDER)
    void takesATagAgainOnceItsResponseWasReadWhileAnotherIsHeld(DevicePeer device) {
        Session session = open(device, Forge.OUT_OF_ORDER, 2);
        Frame held = Dialect.tagged(session.read(HOLD), 1);
        session.channel().send(held);
        for (int i = 0; i < 5; i++) {
            session.does(Dialect.tagged(session.write(MEMORY, i), 2), 0);
            session.does(Dialect.tagged(session.read(MEMORY), 2), i);
        }
    }

    @Test
    @Clause("VIO-006")
    void takesATagAgainOnceItsResponseWasRead(DevicePeer device) {
        Session session = open(device, 0, 2);
        for (int i = 0; i < 5; i++) {
            Frame held = Dialect.tagged(session.read(HOLD), 1);
            Frame release = Dialect.tagged(session.write(RELEASE, i), 2);
            session.channel().send(held, release);
            session.expectOk(held, i);
            session.expectOk(release, 0);
        }
    }

    /** The READs that are held have any tags; those of one region are answered before those of the other, whichever came first. */
    @Test
    @Clause({"V2-003", "VIO-006", "ORD-003", "ORD-004"})
    void findsEveryTagWhateverTheOthersAre(DevicePeer device) {
        SplittableRandom random = device.random();
        Negotiation offered = Negotiation.detached(device);
        int window = Math.min(CROWD, offered.windowFor(2));
        Choice choice = new Choice(2, WindowChecks.offeredOutOfOrder(device), window);
        Session session = offered.open(device, Dialect.INFO_WORD, choice, -1);
        Sending sending = Sending.agreed(2, session.service().features(), window);
        AnnexDevice annex = new AnnexDevice();
        for (int round = 0; round < ROUNDS; round++) {
            List<Step> script = new ArrayList<>();
            for (int i = 0; i < window - 1; i++) {
                Access held = HOLD.withUserData(1 + random.nextInt(2)).withSizeExponent(random.nextInt(4));
                script.add(new Step(Kind.HOLD, held, 0));
            }
            script.add(new Step(Kind.RELEASE, RELEASE.withUserData(1 + random.nextInt(2)), random.nextLong()));
            new ScriptRun(session, sending, annex, new Tags(random.nextInt(), window)).play(script);
        }
    }
}
