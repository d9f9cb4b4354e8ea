// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word.Bytes;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Judged;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.junit.jupiter.api.Test;

/** The ends of a handshake that does not reach Open: REJECT, ABORT, and frames that do not belong there. */
@Checks
public class EndChecks {
    /** Every bit is tried besides: see {@link BentHelloChecks}. */
    private static final int SAMPLED = 8;

    /** More frames than the buffers of a socket hold, several times over. */
    private static final int FLOOD = 4000;

    /** Within this time even a slow device takes a frame. */
    private static final Duration BLOCKED = Duration.ofMillis(800);

    /** Before this time the device must not have closed. REJ-001 */
    private static final Duration STILL_OPEN = Duration.ofSeconds(1);

    private static final Duration BETWEEN_FRAMES = Duration.ofMillis(20);

    private static final int WRONG_EACH = 4;

    /** How often the machine may be too slow for a check of a second. */
    private static final int SLOW_MAX = 4;

    /** REJ-001 says 1 s; the rest is for a scheduler that wakes the suite late. */
    private static final Duration CLOSED_WITHIN = Duration.ofMillis(1250);

    @Test
    @Clause({"REJ-001", "MRK-002"})
    void endsItsStreamAfterAReject(DevicePeer device) {
        refused(Negotiation.detached(device)).expectClosed();
    }

    /** More than a socket holds, so that the check finds a device that leaves its end open without reading. */
    @Test
    @Judged(by = Kind.TIMED)
    @Clause("REJ-001")
    void discardsAsMuchAsComes(DevicePeer device) {
        for (int i = 0; i < SLOW_MAX; i++) {
            // The device's second begins later, at the REJECT.
            Deadline open = Deadline.in(STILL_OPEN);
            Conversation channel = refused(Negotiation.detached(device));
            channel.expectClosed();
            boolean isTaken = true;
            for (int sent = 0; isTaken && sent < FLOOD; sent++) {
                isTaken = channel.isTaking(Forge.abort("POLICY", 0), BLOCKED);
            }
            if (isTaken) {
                return;
            }
            if (!open.isOver()) {
                throw channel.violation("what follows a REJECT to be read and discarded", "nothing more is taken");
            }
        }
        throw new NotSupported("a machine on which a second is long enough");
    }

    /** Whatever the REJECT is, and whether K goes on sending or not; all channels at the same time. */
    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause("REJ-001")
    @Needs(Ability.VERSION_1)
    void closesWithinASecondOfAReject(DevicePeer device) {
        List<Conversation> silent = new ArrayList<>();
        List<Conversation> sending = new ArrayList<>();
        for (SelectFault fault :
                SelectFault.possible(Negotiation.detached(device).offer())) {
            for (List<Conversation> channels : List.of(silent, sending)) {
                Negotiation offered = Negotiation.detached(device);
                Frame select = fault.into(offered.select(new Choice(1, 0, 1)));
                offered.channel().send(fault == SelectFault.DIGEST ? select : offered.sealed(select));
                offered.expectReject(fault.reason(), fault.detail(offered, select));
                channels.add(offered.channel());
            }
        }
        Deadline closed = Deadline.in(CLOSED_WITHIN);
        Frame abort = Forge.abort("POLICY", 0);
        while (!closed.isOver()) {
            sending.forEach(channel -> channel.isTaking(abort));
            silent.get(0).leaveUnread(BETWEEN_FRAMES);
        }
        for (List<Conversation> channels : List.of(silent, sending)) {
            for (Conversation channel : channels) {
                channel.expectClosed();
                if (channel.isTaking(abort)) {
                    throw channel.violation("the channel closed 1 s after the REJECT", "it still takes frames");
                }
            }
        }
    }

    /** In every state, and in every version. */
    @Test
    @Judged(by = Kind.TIMED)
    @Clause({"CHN-015", "DST-002", "DST-005", "ABT-003", "V0-015", "V0-017", "VIO-001", "VIO-002", "VIO-003"})
    void closesWithinASecondWhateverItClosesOn(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        Frame abort = Forge.abort("POLICY", 0);
        Map<Conversation, Frame> wrong = new LinkedHashMap<>();
        wrong.put(device.connect(), abort);
        wrong.put(offered.channel(), abort);
        wrong.put(Negotiation.detached(device).channel(), Dialect.INFO_WORD.read(AnnexDevice.at(0)));
        for (int i = 0; i < WRONG_EACH; i++) {
            for (Session session : Session.inEachVersion(device, Dialect.LAYOUTS.get(i % 2))) {
                wrong.put(session.channel(), WrongCommands.any(session, device.random()));
            }
        }
        wrong.forEach((channel, frame) -> channel.send(frame));
        Deadline closed = Deadline.in(CLOSED_WITHIN);
        for (Conversation channel : wrong.keySet()) {
            if (!channel.hasNewsBefore(closed)) {
                throw channel.violation("the channel closed within 1 s", "it is still open");
            }
            channel.expectClosed();
        }
    }

    @Test
    @Clause({"CHN-014", "OFR-001", "REJ-001"})
    void answersWhatCameBeforeTheEndOfTheStream(DevicePeer device) {
        for (Registry.ReadHead head : Registry.standard().readHeads()) {
            for (long offset :
                    new long[] {AnnexDevice.COUNTER, Registry.standard().helloOffset()}) {
                Conversation channel = device.connect();
                Frame hello = Forge.hello(head, AnnexDevice.at(offset), Negotiation.nonce(device));
                channel.send(hello);
                channel.finish();
                Negotiation.answered(channel, hello);
                channel.expectClosed();
            }
        }
        Negotiation offered = Negotiation.detached(device);
        offered.channel().send(Forge.withByte(offered.select(new Choice(1, 0, 1)), 1, 1));
        offered.channel().finish();
        offered.expectReject("RESERVED_NOT_ZERO", 1);
        offered.channel().expectClosed();
    }

    @Test
    @Clause("DST-007")
    void answersNothingThatArrivesWithOrAfterWhatItRejects(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        Frame bad = Forge.withByte(offered.select(new Choice(1, 0, 1)), 1, 1);
        offered.channel().send(bad, offered.hello(), offered.select(new Choice(1, 0, 1)));
        offered.expectReject("RESERVED_NOT_ZERO", 1);
        offered.channel().isClosedBy(offered.hello());
    }

    @Test
    @Clause({"DST-007", "ABT-003"})
    void answersNothingThatArrivesWithOrAfterAnAbort(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        offered.channel().isClosedBy(Forge.abort("NO_COMMON_VERSION", 6), offered.hello());
    }

    @Property(tries = SAMPLED)
    @Clause("ABT-003")
    void closesOnAnyAbortInOffered(DevicePeer device, @ForAll(supplier = Bytes.class) List<Byte> junk) {
        Conversation channel = Negotiation.detached(device).channel();
        Frame abort = Forge.abort("POLICY", 0);
        Frame bent = Forge.withByte(
                Forge.marked(new Frame(abort.shape(), Bytes.array(junk)), (int) abort.get("kind")), 0, abort.at(0));
        channel.isClosedBy(bent);
    }

    @Property(tries = SAMPLED)
    @Clause("DST-002")
    void closesInUnnegotiatedOnAMarkedFrameThatIsNoHello(
            DevicePeer device, @ForAll byte kind, @ForAll(supplier = Bytes.class) List<Byte> junk) {
        Frame any = new Frame(Forge.blank("SELECT").shape(), Bytes.array(junk));
        // 0x41 is a WRITE: with kind 1 it is a marked WRITE, and no HELLO either.
        Frame marked = Forge.withByte(Forge.marked(any, kind & 0xff), 0, 0x41);
        device.connect().isClosedBy(marked);
    }

    @Test
    @Clause("DST-002")
    void closesInUnnegotiatedOnSelectAndAbort(DevicePeer device) {
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, 1);
        Frame offer = Negotiation.start(device.connect(), hello).offer();
        for (Frame frame : List.of(Forge.select(hello, offer, new Choice(1, 0, 1)), Forge.abort("POLICY", 0))) {
            device.connect().isClosedBy(frame);
        }
    }

    /** The kind that is kept free for ever: a HELLO of the first draft is a marked frame of it, and a READ that is not served. */
    @Test
    @Clause({"DST-002", "HEL-010"})
    void closesInUnnegotiatedOnAHelloOfTheFirstDraft(DevicePeer device) {
        int kept = Registry.standard().code("kinds", "KEPT_83");
        int helloKind = Registry.standard().code("kinds", "HELLO");
        for (Registry.ReadHead head : Registry.standard().readHeads()) {
            device.connect()
                    .isClosedBy(
                            Forge.hello(head, AnnexDevice.at(0, 0), helloKind).with("kind", kept));
        }
    }

    @Test
    @Clause("DST-002")
    void closesInUnnegotiatedOnAHelloWithoutAListedReadHead(DevicePeer device) {
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, 1);
        for (int head : new int[] {0x0080, 0x0041, 0x0140, 0x0400, 0x1400, 0x2000, 0x0f00, 0x000f, 0x0001}) {
            device.connect().isClosedBy(hello.with("read_head", head));
        }
    }

    @Test
    @Clause({"DST-005", "REJ-003"})
    void closesInOfferedOnAnUnmarkedCommandOfAnyForm(DevicePeer device) {
        for (Dialect dialect : Dialect.values()) {
            Access access = AnnexDevice.at(0);
            for (Frame frame : List.of(dialect.read(access), dialect.write(access, 1), dialect.posted(access, 1))) {
                Negotiation.detached(device).channel().isClosedBy(frame);
            }
        }
    }

    @Property(tries = SAMPLED)
    @Clause({"DST-005", "REJ-003", "CHN-007"})
    void closesInOfferedOnAnyUnmarkedFrame(DevicePeer device, @ForAll(supplier = Bytes.class) List<Byte> junk) {
        Conversation channel = Negotiation.detached(device).channel();
        // The first byte of the marker is made wrong, whatever was drawn.
        Frame unmarked = Forge.withByte(
                new Frame(Forge.blank("SELECT").shape(), Bytes.array(junk)),
                Registry.standard().markerOffset(Sender.K),
                0);
        channel.isClosedBy(unmarked);
    }

    @Test
    @Clause({"DST-005", "HEL-011"})
    @Needs(Ability.VERSION_1)
    void closesInOfferedAfterAnAttachedHelloToo(DevicePeer device) {
        Conversation channel = device.connect();
        Frame hello =
                Forge.attachedHello(Dialect.INFO_WORD, AnnexDevice.at(AnnexDevice.COUNTER), Negotiation.nonce(device));
        Negotiation.start(channel, hello);
        channel.isClosedBy(Dialect.INFO_WORD.read(AnnexDevice.at(AnnexDevice.COUNTER)));
    }

    /** Whatever it begins with: 0x0F, which SELECT and ABORT begin with, in any case. */
    @Test
    @Clause({"REJ-003", "DST-005", "CHN-007"})
    void rejectsNoUnmarkedFrameWhateverItBeginsWith(DevicePeer device) {
        List<Integer> firsts = new ArrayList<>(
                Cases.of(IntStream.range(0, 1 << Byte.SIZE).boxed().toList(), 2, device.random()));
        firsts.add(Forge.abort("POLICY", 0).at(0));
        for (int first : firsts) {
            Frame unmarked = Forge.withByte(Dialect.INFO_WORD.read(AnnexDevice.at(0)), 0, first);
            Negotiation.detached(device).channel().isClosedBy(unmarked);
        }
    }

    /** Causes a REJECT and takes it. */
    private static Conversation refused(Negotiation offered) {
        offered.channel().send(Forge.withByte(offered.select(new Choice(1, 0, 1)), 1, 1));
        offered.expectReject("RESERVED_NOT_ZERO", 1);
        return offered.channel();
    }
}
