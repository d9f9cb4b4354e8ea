// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.checks.device.BentCommandChecks.closesOnWhatIsNoCommand;
import static org.ioregionfd.conformance.checks.device.BentCommandChecks.takesAnyNumberOfPostedWrites;
import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word.Bytes;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Bends;
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

/** Version 1: the info-word layout made exact. */
@Checks
@Variant("version-1")
@Needs(Ability.VERSION_1)
public class VersionOneChecks {
    /** Every bit is tried besides: see {@link #closesOnACommandWithAnyOtherBit}. */
    private static final int SAMPLED = 8;

    private static final Access COUNTER = at(AnnexDevice.COUNTER);
    private static final Choice PLAIN = new Choice(1, 0, 1);

    @Test
    @Clause({"V1-003", "SEC-002"})
    void answersEveryCommandOnceAndInOrder(DevicePeer device) {
        Session session = Session.plain(device);
        for (int i = 0; i < 5; i++) {
            session.does(session.read(COUNTER), i);
            session.does(session.write(at(0), i), 0);
            session.holds(0, i);
        }
    }

    @Test
    @Clause("ACC-001")
    void isInTheInfoWordLayoutWhateverTheLayoutOfTheHello(DevicePeer device) {
        for (Dialect layout : Dialect.LAYOUTS) {
            Session.agreed(device, layout, PLAIN).keeps(0x0102030405060708L);
        }
    }

    @Property(tries = SAMPLED)
    @Clause("VIO-001")
    void closesOnAnyMarkedFrame(DevicePeer device, @ForAll byte kind, @ForAll(supplier = Bytes.class) List<Byte> junk) {
        Frame any = new Frame(Dialect.INFO_WORD.command(), Bytes.array(junk));
        Session.anyhow(device, 1).isClosedBy(Forge.marked(any, kind & 0xff));
    }

    @Test
    @Clause("VIO-001")
    void closesOnFramesOfAnotherHandshake(DevicePeer device) {
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, 1);
        Frame attached = Forge.attachedHello(Dialect.INFO_WORD, COUNTER, 2);
        for (Frame frame : List.of(hello, attached, Forge.abort("POLICY", 0))) {
            Session session = Session.anyhow(device, 1);
            session.holds(AnnexDevice.COUNTER, 0);
            session.isClosedBy(frame);
        }
    }

    @Test
    @Clause({"ACE-004", "ACE-001"})
    void takesAReadAtHelloOffsetForABadOffset(DevicePeer device) {
        Session session = Session.plain(device);
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            Access access = at(Registry.standard().helloOffset(), exponent);
            session.fails(access, 0, "BAD_OFFSET");
        }
        session.holds(AnnexDevice.READS, 0);
    }

    /** Bits 7..31 of info, and all of the padding. */
    @Test
    @Clause("VIO-002")
    void closesOnEveryReservedBit(DevicePeer device) {
        for (int bit = 7; bit < Long.SIZE; bit++) {
            Session session = Session.anyhow(device, 1);
            Frame command = bit % 2 == 0 ? session.read(COUNTER) : session.write(COUNTER, 1);
            session.isClosedBy(Forge.withByte(command, bit / 8, command.at(bit / 8) | 1 << bit % 8));
        }
    }

    @Test
    @Clause("VIO-002")
    void closesOnEveryOtherCommand(DevicePeer device) {
        for (int cmd = 2; cmd <= 15; cmd++) {
            Session.anyhow(device, 1).isClosedBy(Dialect.INFO_WORD.answered(Dialect.INFO_WORD.command(cmd, COUNTER)));
            Session.anyhow(device, 1).isClosedBy(Dialect.INFO_WORD.command(cmd, COUNTER));
        }
    }

    @Test
    @Clause("VIO-002")
    void closesOnAReadWithoutResp(DevicePeer device) {
        Session session = Session.anyhow(device, 1);
        session.isClosedBy(Dialect.INFO_WORD.unanswered(session.read(COUNTER)));
    }

    @Property(tries = SAMPLED)
    @Clause("VIO-002")
    void closesOnAReadWithData(DevicePeer device, @ForAll @IntRange(max = 63) int bit) {
        Session session = Session.anyhow(device, 1);
        session.isClosedBy(session.read(COUNTER).with("data", 1L << bit));
    }

    @Test
    @Clause({"VIO-002", "DST-007"})
    void answersNothingAfterAViolation(DevicePeer device) {
        Session session = Session.plain(device);
        session.isClosedBy(
                Dialect.INFO_WORD.unanswered(session.read(COUNTER)), session.read(COUNTER), session.read(COUNTER));
    }

    @Test
    @Clause("VIO-005")
    void closesOnAWriteWithoutRespWherePostedWritesIsNotSelected(DevicePeer device) {
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            Session session = Session.exactly(device, Dialect.INFO_WORD, PLAIN);
            session.isClosedBy(session.posted(at(0).withUserData(region), 1));
        }
    }

    @Test
    @Clause({"V1-003", "ORD-001", "CHN-002"})
    @Needs(Ability.POSTED_WRITES)
    void doesPostedWritesInOrderAndAnswersNone(DevicePeer device) {
        Session session = posting(device);
        List<Frame> frames = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            frames.add(session.posted(at(0), i));
        }
        Frame read = session.read(at(0));
        frames.add(read);
        session.channel().send(frames);
        session.expectOk(read, 20);
        session.does(session.write(at(0), 21), 0);
        session.holds(AnnexDevice.WRITES, 21);
    }

    @Test
    @Clause({"V1-003", "ACE-002"})
    @Needs(Ability.POSTED_WRITES)
    void losesTheErrorsOfPostedWrites(DevicePeer device) {
        Session session = posting(device);
        for (long offset : new long[] {AnnexDevice.FAULT, 0x200, AnnexDevice.LENGTH, -1}) {
            session.channel().send(session.posted(at(offset), 1));
        }
        session.holds(AnnexDevice.COUNTER, 0);
    }

    @Test
    @Clause("VIO-002")
    @Needs(Ability.POSTED_WRITES)
    void closesOnAReadWithoutRespWithPostedWritesToo(DevicePeer device) {
        Session session = posting(device);
        session.isClosedBy(Dialect.INFO_WORD.unanswered(session.read(COUNTER)));
    }

    @Test
    @Clause({"VIO-002", "VIO-001", "VIO-005"})
    void closesOnACommandWithAnyOtherBit(DevicePeer device) {
        Session any = Session.anyhow(device, 1);
        List<Frame> frames = new ArrayList<>();
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            Access access = at(AnnexDevice.COUNTER, exponent);
            frames.addAll(Bends.everyBit(any.read(access)));
            frames.addAll(Bends.everyBit(any.write(access, 1)));
        }
        frames.addAll(Bends.everyBit(any.read(at(-1))));
        closesOnWhatIsNoCommand(device, () -> Session.anyhow(device, 1), frames);
    }

    @Test
    @Clause({"VIO-002", "VIO-001"})
    @Needs(Ability.POSTED_WRITES)
    void closesOnAPostedWriteWithAnyOtherBit(DevicePeer device) {
        Frame posted = posting(device).posted(at(0), -1);
        closesOnWhatIsNoCommand(device, () -> posting(device), Bends.everyBit(posted));
    }

    @Test
    @Clause("VIO-005")
    void closesOnEveryWriteWithoutRespWherePostedWritesIsNotSelected(DevicePeer device) {
        Session any = Session.plain(device);
        List<Frame> frames = new ArrayList<>();
        for (long offset : new long[] {0, AnnexDevice.COUNTER, AnnexDevice.RELEASE, AnnexDevice.FAULT, -1}) {
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                frames.add(any.posted(at(offset, exponent), offset));
            }
        }
        closesOnWhatIsNoCommand(device, () -> Session.plain(device), frames);
    }

    @Test
    @Clause({"CHN-002", "V1-003", "ORD-001"})
    @Needs(Ability.POSTED_WRITES)
    void takesAnyNumberOfCommandsInOneWrite(DevicePeer device) {
        takesAnyNumberOfPostedWrites(posting(device));
    }

    private static Session posting(DevicePeer device) {
        return Session.agreed(device, Dialect.INFO_WORD, PLAIN.withFeatures(Forge.POSTED_WRITES));
    }
}
