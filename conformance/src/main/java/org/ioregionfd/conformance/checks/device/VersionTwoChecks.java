// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.checks.device.BentCommandChecks.closesOnWhatIsNoCommand;
import static org.ioregionfd.conformance.checks.device.BentCommandChecks.takesAnyNumberOfPostedWrites;
import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.checks.arbitraries.Word.Bytes;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.CommandOracle;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.Variant;
import org.junit.jupiter.api.Test;

/** Version 2: tags, statuses, and what is a violation. Order, window and FENCE have classes of their own. */
@Checks
@Variant("version-2")
@Needs(Ability.VERSION_2)
public class VersionTwoChecks {
    /** Every bit is tried besides: see {@link #closesOnACommandWithAnyOtherBit}. */
    private static final int SAMPLED = 8;

    private static final Access COUNTER = at(AnnexDevice.COUNTER);
    private static final Choice PLAIN = new Choice(2, 0, 1);

    /** The marker, as a number. */
    private static final long MARKER = Forge.blank("HELLO").get("marker");

    private static final int READ = 2;
    private static final int WRITE = 3;
    private static final int FENCE = 4;

    @Property
    @Clause({"V2-003", "SEC-002"})
    void answersWithTheTagOfTheCommand(DevicePeer device, @ForAll(supplier = Word.Of32Bits.class) long tag) {
        Session session = open(device);
        long used = tag == 0 ? 1 : tag;
        session.does(Dialect.tagged(session.read(COUNTER), used), 0);
        // A tag is free again when its response was read.
        session.does(Dialect.tagged(session.write(COUNTER, 1), used), 0);
        session.does(Dialect.tagged(session.read(COUNTER), used), 1);
    }

    /** A tag may be any number; in the response it is in the place of a marker. */
    @Test
    @Clause({"V2-003", "MRK-001"})
    void answersTheTagThatLooksLikeTheMarker(DevicePeer device) {
        Session session = open(device);
        session.does(Dialect.tagged(session.read(COUNTER), MARKER), 0);
        session.does(Dialect.tagged(session.write(COUNTER, 1), MARKER), 0);
        session.ends(Dialect.tagged(session.read(at(0, 0).withUserData(9)), MARKER), new End("BAD_REGION", 0xff));
        session.does(Dialect.tagged(session.read(COUNTER), MARKER), 1);
    }

    /** Without OUT_OF_ORDER, so that the order of the responses is known. */
    @Test
    @Clause({"V2-003", "MRK-001"})
    @Needs(Ability.WINDOW_2)
    void answersTheTagThatLooksLikeTheMarkerThoughAReadIsHeld(DevicePeer device) {
        Session session = Session.agreed(device, Dialect.INFO_WORD, new Choice(2, 0, 2));
        Frame held = session.read(at(AnnexDevice.HOLD));
        Frame release = Dialect.tagged(session.write(at(AnnexDevice.RELEASE), 7), MARKER);
        session.channel().send(held, release);
        session.expectOk(held, 7);
        session.expectOk(release, 0);
    }

    @Test
    @Clause({"V2-004", "ACE-002"})
    void tellsEachEndByItsStatus(DevicePeer device) {
        Session session = open(device);
        session.does(session.write(at(0), 5), 0);
        session.does(session.read(at(0)), 5);
        session.ends(session.read(at(0, 0).withUserData(9)), new End("BAD_REGION", 0xff));
        session.ends(session.read(at(AnnexDevice.LENGTH, 1)), new End("BAD_OFFSET", 0xffff));
        session.ends(session.write(at(AnnexDevice.FAULT, 2), 1), new End("DEVICE_FAULT", 0xffff_ffffL));
    }

    @Test
    @Clause({"ACE-004", "ACE-001"})
    void takesAReadAtHelloOffsetForABadOffset(DevicePeer device) {
        Session session = open(device);
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            Access access = at(Registry.standard().helloOffset(), exponent);
            session.fails(access, 0, "BAD_OFFSET");
        }
        session.holds(AnnexDevice.READS, 0);
    }

    @Property(tries = SAMPLED)
    @Clause("VIO-001")
    void closesOnAnyMarkedFrame(DevicePeer device, @ForAll byte kind, @ForAll(supplier = Bytes.class) List<Byte> junk) {
        Frame any = new Frame(Dialect.TAGGED.command(), Bytes.array(junk));
        Session.anyhow(device, 2).isClosedBy(Forge.marked(any, kind & 0xff));
    }

    @Test
    @Clause("VIO-001")
    void closesOnFramesOfAnotherHandshake(DevicePeer device) {
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, 1);
        for (Frame frame : List.of(hello, Forge.abort("POLICY", 0))) {
            Session session = Session.anyhow(device, 2);
            session.holds(AnnexDevice.COUNTER, 0);
            session.isClosedBy(frame);
        }
    }

    @Property
    @Clause("VIO-003")
    void closesOnEveryOtherOp(DevicePeer device, @ForAll @IntRange(max = 255) int op) {
        if (op == READ || op == WRITE) {
            return;
        }
        Session session = Session.anyhow(device, 2);
        Frame command =
                session.read(op == FENCE ? new Access(0, 0, 0) : COUNTER).with("op", op);
        // FENCE is selected only where the device requires it.
        if (CommandOracle.commandIn(command, session.service()).isEmpty()) {
            session.isClosedBy(command);
        }
    }

    @Property(tries = SAMPLED)
    @Clause("VIO-003")
    void closesOnASizeExponentAbove3(DevicePeer device, @ForAll @IntRange(min = 4, max = 255) int exponent) {
        Session read = Session.anyhow(device, 2);
        read.isClosedBy(read.read(COUNTER).with("size_exponent", exponent));
        Session write = Session.anyhow(device, 2);
        write.isClosedBy(write.write(COUNTER, 1).with("size_exponent", exponent));
    }

    @Test
    @Clause("VIO-003")
    void closesOnEveryReservedFlag(DevicePeer device) {
        for (int bit = 1; bit < Short.SIZE; bit++) {
            Session session = Session.anyhow(device, 2);
            Frame read = session.read(COUNTER);
            session.isClosedBy(read.with("flags", read.get("flags") | 1L << bit));
        }
    }

    @Property(tries = SAMPLED)
    @Clause("VIO-003")
    void closesOnAReadWithData(DevicePeer device, @ForAll @IntRange(max = 63) int bit) {
        Session session = Session.anyhow(device, 2);
        session.isClosedBy(session.read(COUNTER).with("data", 1L << bit));
    }

    @Test
    @Clause("VIO-004")
    void closesOnAReadThatWantsNoResponse(DevicePeer device) {
        for (long tag : new long[] {0, 1}) {
            // A WRITE that wants none may be allowed there.
            for (Session session : List.of(Session.anyhow(device, 2), widest(device))) {
                session.isClosedBy(Dialect.tagged(Dialect.TAGGED.unanswered(session.read(COUNTER)), tag));
            }
        }
    }

    @Test
    @Clause("VIO-004")
    void closesOnACommandThatWantsAResponseWithTag0(DevicePeer device) {
        Session read = Session.anyhow(device, 2);
        read.isClosedBy(Dialect.tagged(read.read(COUNTER), 0));
        Session write = Session.anyhow(device, 2);
        write.isClosedBy(Dialect.tagged(write.write(COUNTER, 1), 0));
    }

    @Test
    @Clause("VIO-005")
    void closesOnAWriteThatWantsNoResponseWherePostedWritesIsNotSelected(DevicePeer device) {
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            Session session = Session.exactly(device, Dialect.INFO_WORD, PLAIN);
            session.isClosedBy(session.posted(at(0).withUserData(region), 1));
        }
    }

    /** Those beside its own, those of the other versions, and that of SELECT and ABORT. */
    @Test
    @Clause("VIO-003")
    void closesOnEachOpThatIsNearItsOwn(DevicePeer device) {
        for (int op : new int[] {0, 1, 5, 6, 0x0f, 0x42, 0x43, 0x82, 0xff}) {
            Session session = Session.anyhow(device, 2);
            session.isClosedBy(session.read(COUNTER).with("op", op));
        }
    }

    @Test
    @Clause("VIO-004")
    @Needs(Ability.POSTED_WRITES)
    void closesOnAPostedWriteWithATag(DevicePeer device) {
        for (long tag : new long[] {1, 0xffff_ffffL}) {
            Session session = posting(device);
            session.isClosedBy(Dialect.tagged(session.posted(at(0), 1), tag));
        }
    }

    @Test
    @Clause({"V2-003", "ORD-001", "CHN-002"})
    @Needs(Ability.POSTED_WRITES)
    void doesPostedWritesInOrderAndAnswersNone(DevicePeer device) {
        Session session = posting(device);
        Frame read = session.read(at(0));
        session.channel()
                .send(
                        session.posted(at(0), 1),
                        session.posted(at(AnnexDevice.FAULT, 0), 1),
                        session.posted(at(-1, 0), 1),
                        session.posted(at(0), 2),
                        read);
        session.expectOk(read, 2);
        // READS and WRITES: the two of memory and the one that failed.
        session.holds(AnnexDevice.WRITES, 3);
    }

    @Test
    @Clause({"VIO-003", "DST-007"})
    void answersNothingAfterAViolation(DevicePeer device) {
        Session session = open(device);
        session.isClosedBy(session.read(COUNTER).with("op", 0), session.read(COUNTER), session.read(COUNTER));
    }

    /** A command of version 0 or 1 has an op below 2, or no flag: VIO-003 and VIO-004 notice it at once. */
    @Test
    @Clause({"VIO-003", "VIO-004"})
    void closesOnCommandsOfTheOtherVersions(DevicePeer device) {
        for (Dialect dialect : Dialect.LAYOUTS) {
            for (Frame frame : List.of(dialect.read(COUNTER), dialect.write(COUNTER, 1), dialect.posted(COUNTER, 1))) {
                Session.anyhow(device, 2).isClosedBy(frame);
            }
        }
    }

    @Test
    @Clause({"VIO-003", "VIO-004", "VIO-001", "VIO-005"})
    void closesOnACommandWithAnyOtherBit(DevicePeer device) {
        Session any = Session.anyhow(device, 2);
        List<Frame> frames = new ArrayList<>();
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            Access access = at(AnnexDevice.COUNTER, exponent);
            frames.addAll(Bends.everyBit(any.read(access)));
            frames.addAll(Bends.everyBit(any.write(access, 1)));
        }
        frames.addAll(Bends.everyBit(any.read(at(-1))));
        closesOnWhatIsNoCommand(device, () -> Session.anyhow(device, 2), frames);
    }

    @Test
    @Clause({"VIO-003", "VIO-004", "VIO-001"})
    @Needs(Ability.POSTED_WRITES)
    void closesOnAPostedWriteWithAnyOtherBit(DevicePeer device) {
        Frame posted = posting(device).posted(at(0), -1);
        closesOnWhatIsNoCommand(device, () -> posting(device), Bends.everyBit(posted));
    }

    @Test
    @Clause({"VIO-003", "VIO-004", "VIO-001"})
    @Needs(Ability.FENCE)
    void closesOnAFenceWithAnyOtherBit(DevicePeer device) {
        Supplier<Session> opened = () -> Session.agreed(device, Dialect.INFO_WORD, PLAIN.withFeatures(Forge.FENCE));
        closesOnWhatIsNoCommand(device, opened, Bends.everyBit(opened.get().fence()));
    }

    /** What wants a response has a tag, and what wants none has none: not even in one bit. */
    @Test
    @Clause("VIO-004")
    void closesOnATagWhereNoneBelongs(DevicePeer device) {
        Session any = open(device);
        List<Frame> frames = new ArrayList<>(Bends.everyBit(any.posted(at(0), 1), "tag"));
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            frames.add(Dialect.tagged(any.read(at(0, exponent)), 0));
            frames.add(Dialect.tagged(any.write(at(0, exponent), 1), 0));
            frames.add(Dialect.TAGGED.unanswered(any.read(at(0, exponent))));
            frames.add(Dialect.tagged(Dialect.TAGGED.unanswered(any.read(at(0, exponent))), 0));
        }
        frames.addAll(List.of(Dialect.fence(0), Dialect.TAGGED.unanswered(Dialect.fence(1))));
        closesOnWhatIsNoCommand(device, () -> widest(device), frames);
    }

    @Test
    @Clause("VIO-005")
    void closesOnEveryWriteThatWantsNoResponseWherePostedWritesIsNotSelected(DevicePeer device) {
        Session any = open(device);
        List<Frame> frames = new ArrayList<>();
        for (long offset : new long[] {0, AnnexDevice.COUNTER, AnnexDevice.RELEASE, AnnexDevice.FAULT, -1}) {
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                frames.add(any.posted(at(offset, exponent), offset));
            }
        }
        closesOnWhatIsNoCommand(device, () -> open(device), frames);
    }

    /** Not even where a posted RELEASE might come beside it, or a FENCE. */
    @Test
    @Clause({"DEV-002", "V2-004"})
    void holdsNothingInAWindowOf1WhateverIsSelected(DevicePeer device) {
        long offered = Negotiation.detached(device).featuresFor(2);
        for (long features = 0; features <= Registry.known().featureMask(); features++) {
            if ((features & ~offered) == 0) {
                Session session = Session.agreed(device, Dialect.INFO_WORD, PLAIN.withFeatures(features));
                for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                    Access hold = at(AnnexDevice.HOLD, exponent);
                    session.does(session.read(hold), hold.ones());
                    session.does(session.read(hold.withUserData(AnnexDevice.OTHER_REGION)), hold.ones());
                }
                session.channel().close();
            }
        }
    }

    /** One feature allows nothing that another stands for. */
    @Test
    @Clause({"VIO-005", "VIO-003", "FEA-001", "V2-003"})
    void allowsWhatEachSetOfFeaturesStandsForAndNothingElse(DevicePeer device) {
        long offered = Negotiation.detached(device).featuresFor(2);
        for (long features = 0; features <= Registry.known().featureMask(); features++) {
            if ((features & ~offered) == 0) {
                Choice choice = PLAIN.withFeatures(features);
                Session any = Session.agreed(device, Dialect.INFO_WORD, choice);
                for (Frame frame : List.of(any.posted(COUNTER, 1), any.fence(), any.posted(at(0, 0), 1))) {
                    Session session = Session.agreed(device, Dialect.INFO_WORD, choice);
                    if (CommandOracle.commandIn(frame, session.service()).isEmpty()) {
                        session.isClosedBy(frame);
                    } else {
                        AnnexDevice annex = new AnnexDevice();
                        BentCommandChecks.serves(session, annex, frame);
                        BentCommandChecks.requireState(session, annex);
                    }
                    session.channel().close();
                }
            }
        }
    }

    @Test
    @Clause({"V2-003", "V2-004"})
    void answersEveryBitOfATagWithEveryStatus(DevicePeer device) {
        Session session = open(device);
        AnnexDevice annex = new AnnexDevice();
        for (Access access : List.of(at(0), COUNTER, at(AnnexDevice.FAULT, 1), at(-1, 0), at(0, 2).withUserData(-1))) {
            for (Frame base : List.of(session.read(access), session.write(access, 3))) {
                Bends.everyBit(Dialect.tagged(base, 0), "tag")
                        .forEach(frame -> BentCommandChecks.serves(session, annex, frame));
            }
        }
    }

    @Test
    @Clause({"CHN-002", "V2-003", "ORD-001"})
    @Needs(Ability.POSTED_WRITES)
    void takesAnyNumberOfCommandsInOneWrite(DevicePeer device) {
        takesAnyNumberOfPostedWrites(posting(device));
    }

    private static Session widest(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        return offered.open(Dialect.INFO_WORD, offered.widest(2));
    }

    private static Session open(DevicePeer device) {
        return Session.agreed(device, Dialect.INFO_WORD, PLAIN);
    }

    private static Session posting(DevicePeer device) {
        return Session.agreed(device, Dialect.INFO_WORD, PLAIN.withFeatures(Forge.POSTED_WRITES));
    }
}
