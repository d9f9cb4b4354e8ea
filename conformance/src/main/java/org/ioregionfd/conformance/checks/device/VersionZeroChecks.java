// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Version 0 as an aware device serves it, in one layout. */
abstract class VersionZeroChecks extends AccessCheckVariants.OneInFlight {
    private static final Access COUNTER = at(AnnexDevice.COUNTER);
    private static final Registry REGISTRY = Registry.standard();
    private static final int MARKER_AT = REGISTRY.markerOffset(Sender.K);
    private static final int USER_DATA_AT =
            REGISTRY.shape("HELLO").field("user_data").offset();
    private static final int HELLO_KIND = REGISTRY.code("kinds", "HELLO");
    private static final int CMD_MAX_INFO_WORD = 0xf;
    private static final int CMD_MAX_BYTE_FIELDS = 0xff;
    private static final int CMDS_EACH = 4;

    @Test
    @Clause({"V0-011", "SEC-002", "CHN-007"})
    void answersEachReadOnce(DevicePeer device) {
        Session session = open(device);
        for (int i = 0; i < 5; i++) {
            session.does(session.read(COUNTER), i);
        }
    }

    @Test
    @Clause({"V0-012", "CHN-006"})
    void answersAWriteOnlyWhereItIsAskedTo(DevicePeer device) {
        Session session = open(device);
        session.channel().send(session.posted(at(0), 0x1234));
        // The first answer is that of the READ: the WRITE had none.
        session.does(session.read(at(0)), 0x1234);
        session.does(session.write(at(0), 0x5678), 0);
        session.holds(0, 0x5678);
    }

    @Test
    @Clause({"V0-012", "V0-014"})
    void answersNoFailedWriteThatDoesNotAsk(DevicePeer device) {
        Session session = open(device);
        for (long offset : new long[] {AnnexDevice.FAULT, 0x200, AnnexDevice.LENGTH, -1}) {
            session.channel().send(session.posted(at(offset), 1));
        }
        session.channel().send(session.posted(at(0, 0).withUserData(99), 1));
        session.holds(AnnexDevice.COUNTER, 0);
    }

    @Property
    @Clause("V0-013")
    void ignoresWhatHasNoMeaning(
            DevicePeer device,
            @ForAll @IntRange(max = 3) int exponent,
            @ForAll(supplier = Word.Of64Bits.class) long head,
            @ForAll(supplier = Word.Of64Bits.class) long data,
            @ForAll boolean resp) {
        Session session = open(device);
        Access access = at(0x80, exponent);
        Frame write = junk(session.write(access, data), head);
        session.does(write, 0);
        Frame read = junk(session.read(access).with("data", data ^ head), ~head);
        session.does(resp ? read : session.dialect().unanswered(read), access.cut(data));
        session.holds(AnnexDevice.READS, 1);
    }

    @Test
    @Clause({"V0-013", "V0-012"})
    void ignoresEachReservedBit(DevicePeer device) {
        Session session = open(device);
        Access memory = at(0x40);
        for (int bit : reservedBits(session.dialect())) {
            Frame write = session.write(memory, -1);
            session.does(Forge.withByte(write, bit / 8, write.at(bit / 8) | 1 << bit % 8), 0);
            // No answer comes before that of the READ.
            Frame posted = session.posted(memory, bit);
            session.channel().send(Forge.withByte(posted, bit / 8, posted.at(bit / 8) | 1 << bit % 8));
            Frame read = session.read(memory);
            session.does(Forge.withByte(read, bit / 8, read.at(bit / 8) | 1 << bit % 8), bit);
        }
    }

    @Test
    @Clause({"MRK-001", "V0-013"})
    void looksForTheMarkerAtItsPlaceOnly(DevicePeer device) {
        Session session = open(device);
        byte[] marker = markerAndKind();
        int answered = 0;
        // One or two bytes later in the padding, and in data, which have no meaning in a READ.
        for (int place : new int[] {MARKER_AT + 1, MARKER_AT + 2, 24, 25, 26, 27}) {
            Frame read = session.read(COUNTER);
            for (int i = 0; i < marker.length && place + i != USER_DATA_AT; i++) {
                read = Forge.withByte(read, place + i, marker[i]);
            }
            session.does(read, answered++);
        }
    }

    /** The marker, and behind it the kind of a HELLO, as a user_data, an offset, or a part of them. */
    @Test
    @Clause("MRK-001")
    void takesNumbersThatHoldTheMarkerForNumbers(DevicePeer device) {
        Session session = open(device);
        byte[] marker = markerAndKind();
        for (int place = USER_DATA_AT; place <= Registry.FRAME_LENGTH - marker.length; place++) {
            Frame read = session.read(at(0x10));
            for (int i = 0; i < marker.length; i++) {
                read = Forge.withByte(read, place + i, marker[i]);
            }
            Access access = new Access(read.get("user_data"), read.get("offset"), AnnexDevice.QUAD);
            session.ends(read, new AnnexDevice().read(access));
        }
    }

    @Test
    @Clause("MRK-001")
    void takesALackingByteOfTheMarkerForNoMarker(DevicePeer device) {
        Session session = open(device);
        int answered = 0;
        for (Frame read : Bends.everyBitOfTheMarker(Forge.marked(session.read(COUNTER), HELLO_KIND))) {
            session.does(read, answered++);
        }
    }

    /** The marker, and behind it the kind of a HELLO. */
    private static byte[] markerAndKind() {
        byte[] marker = REGISTRY.marker();
        byte[] both = Arrays.copyOf(marker, marker.length + 1);
        both[marker.length] = (byte) HELLO_KIND;
        return both;
    }

    @Test
    @Clause("V0-015")
    void closesOnEveryOtherCommand(DevicePeer device) {
        boolean isByteFields = open(device).dialect() == Dialect.BYTE_FIELDS;
        int last = isByteFields ? CMD_MAX_BYTE_FIELDS : CMD_MAX_INFO_WORD;
        List<Integer> cmds = IntStream.rangeClosed(2, last).boxed().toList();
        for (int cmd : Cases.of(cmds, CMDS_EACH, device.random())) {
            Session session = open(device);
            session.isClosedBy(session.dialect().answered(session.dialect().command(cmd, COUNTER)));
            Session silent = open(device);
            silent.isClosedBy(silent.dialect().command(cmd, COUNTER));
        }
    }

    @Test
    @Clause({"V0-015", "DST-003"})
    void closesOnACommandWithAnyOtherBit(DevicePeer device) {
        Session any = open(device);
        List<Frame> frames = new ArrayList<>();
        for (Frame base : List.of(any.read(COUNTER), any.write(COUNTER, 1), any.posted(COUNTER, 1))) {
            frames.addAll(Bends.everyBit(base));
        }
        closesOnWhatIsNoCommand(device, () -> open(device), frames);
    }

    /** In one write there may be any number: a receiver whose buffer ends somewhere has to go on. */
    @Test
    @Clause({"CHN-002", "V0-016"})
    void takesAnyNumberOfCommandsInOneWrite(DevicePeer device) {
        Session session = open(device);
        int answered = 0;
        for (int count : new int[] {2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1024}) {
            session.channel().send(Collections.nCopies(count, session.read(COUNTER)));
            for (int i = 0; i < count; i++) {
                session.expectOk(session.read(COUNTER), answered++);
            }
        }
    }

    @Test
    @Clause({"V0-016", "ORD-001", "CHN-002"})
    void doesManyCommandsOfOneWriteInTheirOrder(DevicePeer device) {
        Session session = open(device);
        Access there = at(0).withUserData(AnnexDevice.OTHER_REGION);
        List<Frame> frames = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            frames.add(session.posted(i % 2 == 0 ? at(0) : there, i));
        }
        Frame last = session.read(at(0));
        frames.add(last);
        session.channel().send(frames);
        session.expectOk(last, 20);
        session.does(session.read(there), 19);
        session.holds(AnnexDevice.WRITES, 10);
    }

    /** Bits 7..31 of info and the padding, or bits 5..7 of head and the padding, counted from the first byte of the frame. */
    private static int[] reservedBits(Dialect layout) {
        return IntStream.range(layout == Dialect.INFO_WORD ? 7 : 13, 64).toArray();
    }

    /** Bits 7..31 of info and the padding, or bits 5..7 of head and the padding, from {@code junk}; never a marker. */
    private static Frame junk(Frame command, long junk) {
        byte[] bytes = command.bytes();
        boolean isInfoWord = command.shape().equals(Dialect.INFO_WORD.command());
        bytes[0] |= isInfoWord ? (byte) (junk & 0x80) : 0;
        bytes[1] |= (byte) (isInfoWord ? junk >>> 8 : junk >>> 8 & 0xe0);
        for (int i = 2; i < 8; i++) {
            bytes[i] = (byte) (junk >>> (8 * i));
        }
        if (REGISTRY.kindOf(bytes, Sender.K).isPresent()) {
            bytes[MARKER_AT] = 0;
        }
        return new Frame(command.shape(), bytes);
    }

    /** What holds in the byte-fields layout only. */
    abstract static class ByteFields extends VersionZeroChecks {
        @Test
        @Clause({"V0-014", "V0-012"})
        void takesASizeExponentAbove3ForAnAccessErrorWithoutASize(DevicePeer device) {
            Session session = open(device);
            for (int exponent = 4; exponent <= 15; exponent++) {
                Access access = at(0, exponent);
                session.ends(access, 1, new End("BAD_OFFSET", -1));
                session.channel().send(session.posted(access, 1));
            }
            session.holds(0, 0);
        }

        /** It is found before all others, and does not count as an access. */
        @Test
        @Clause({"V0-014", "ACE-001", "DEV-001"})
        void looksAtTheSizeExponentFirst(DevicePeer device) {
            Session session = open(device);
            for (Access access : new Access[] {
                at(0, 4).withUserData(77), at(-1, 15), at(AnnexDevice.LENGTH, 8), at(AnnexDevice.FAULT, 5)
            }) {
                session.ends(access, 1, new End("BAD_OFFSET", -1));
            }
            session.holds(AnnexDevice.WRITES, 0);
            session.holds(AnnexDevice.READS, 1);
        }
    }
}
