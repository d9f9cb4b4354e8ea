// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word.Cuts;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Judged;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.junit.jupiter.api.Test;

/** Channel and framing, as far as the version does not matter; the checks of the versions cut commands. */
@Checks
public class FramingChecks {
    /** Each case listens between the pieces, and there are other checks of a cut. */
    private static final int CUT_TRIES = 8;

    private static final List<Integer> CUTS =
            IntStream.range(1, Registry.FRAME_LENGTH).boxed().toList();

    /** CHN-011 says 1 s; the rest is for a scheduler that wakes the suite late. */
    private static final Duration CLOSE_WITHIN = Duration.ofMillis(1250);

    /** Longer than every time of the document. DST-006 */
    private static final Duration SILENCE = Duration.ofMillis(1100);

    /** Longer than what the author of a program that gives up would wait, and much longer. */
    private static final Duration SECONDS = Duration.ofMillis(5500);

    private static final Duration MINUTE = Duration.ofSeconds(65);

    @Test
    @Clause("CHN-006")
    void sendsNothingBeforeItHasReceivedAFrame(DevicePeer device) {
        // Earlier bytes would be read first, and would not be an OFFER with this nonce.
        Negotiation.detached(device);
    }

    @Test
    @Clause("CHN-002")
    void putsAHelloTogetherCutAnywhere(DevicePeer device) {
        Conversation channel = device.connect();
        for (int cut : Cases.of(CUTS, 2, device.random())) {
            Frame hello = Forge.detachedHello(Dialect.INFO_WORD, cut);
            channel.sendCut(hello, cut);
            Negotiation.answered(channel, hello);
        }
    }

    @Test
    @Clause("CHN-002")
    @Needs(Ability.VERSION_1)
    void putsASelectTogetherCutAnywhere(DevicePeer device) {
        for (int cut : Cases.of(CUTS, 2, device.random())) {
            Negotiation offered = Negotiation.detached(device);
            Frame select = offered.select(offered.widest(1));
            offered.channel().sendCut(select, cut);
            offered.expectAcceptOf(select);
        }
    }

    @Test
    @Clause("CHN-002")
    void putsAnAbortTogetherCutAnywhere(DevicePeer device) {
        for (int cut : Cases.of(CUTS, 2, device.random())) {
            Conversation channel = Negotiation.detached(device).channel();
            channel.sendCut(Forge.abort("POLICY", 0), cut);
            channel.expectClosed();
        }
    }

    @Property(tries = CUT_TRIES)
    @Clause("CHN-002")
    @Needs(Ability.VERSION_1)
    void opensTheSameHoweverItsFramesAreCut(
            DevicePeer device,
            @ForAll(supplier = Cuts.class) List<Integer> helloCuts,
            @ForAll(supplier = Cuts.class) List<Integer> selectCuts) {
        Conversation channel = device.connect();
        Frame hello = Forge.detachedHello(Dialect.BYTE_FIELDS, Negotiation.nonce(device));
        channel.sendCut(hello, helloCuts);
        Negotiation offered = Negotiation.answered(channel, hello);
        Frame select = offered.select(offered.widest(1));
        channel.sendCut(select, selectCuts);
        offered.expectAcceptOf(select);
        Session.after(channel, Dialect.BYTE_FIELDS, 1).holds(AnnexDevice.COUNTER, 0);
    }

    @Test
    @Clause("CHN-004")
    void doesNotActOnAFragmentOfAHello(DevicePeer device) {
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, 7);
        for (int length = 1; length < Registry.FRAME_LENGTH; length++) {
            endsAfterFragment(device.connect(), hello, length);
        }
    }

    @Test
    @Clause("CHN-004")
    @Needs(Ability.VERSION_1)
    void doesNotActOnAFragmentOfASelect(DevicePeer device) {
        for (int length = 1; length < Registry.FRAME_LENGTH; length++) {
            Negotiation offered = Negotiation.detached(device);
            endsAfterFragment(offered.channel(), offered.select(offered.widest(1)), length);
        }
    }

    @Test
    @Clause("CHN-004")
    @Needs(Ability.VERSION_1)
    void doesNotActOnAFragmentOfACommand(DevicePeer device) {
        for (int length = 1; length < Registry.FRAME_LENGTH; length++) {
            Session session = Session.plain(device);
            endsAfterFragment(session.channel(), session.read(AnnexDevice.at(0)), length);
        }
    }

    @Test
    @Judged(by = Kind.TIMED)
    @Clause("CHN-011")
    void closesSoonAfterTheEndOfTheStreamInUnnegotiated(DevicePeer device) {
        closesSoon(device.connect());
    }

    @Test
    @Judged(by = Kind.TIMED)
    @Clause("CHN-011")
    void closesSoonAfterTheEndOfTheStreamInOffered(DevicePeer device) {
        closesSoon(Negotiation.detached(device).channel());
    }

    @Test
    @Judged(by = Kind.TIMED)
    @Clause("CHN-011")
    @Needs(Ability.VERSION_1)
    void closesSoonAfterTheEndOfTheStreamInOpen(DevicePeer device) {
        List<Conversation> channels = new ArrayList<>();
        for (int length : new int[] {0, 1, Registry.FRAME_LENGTH - 1}) {
            for (Session session : Session.inEachVersion(device, Dialect.BYTE_FIELDS)) {
                session.holds(AnnexDevice.COUNTER, 0);
                byte[] next = session.read(AnnexDevice.at(0)).bytes();
                session.channel().sendBytes(Arrays.copyOf(next, length));
                channels.add(session.channel());
            }
        }
        closesSoon(channels);
    }

    @Test
    @Clause("CHN-008")
    @Needs(Ability.VERSION_1)
    void survivesChannelsThatAreClosedUnderItsAnswers(DevicePeer device) {
        for (int i = 0; i < 8; i++) {
            Session session = Session.plain(device);
            // An unread answer makes sure that the close is a reset.
            session.channel().send(session.read(AnnexDevice.at(0)));
            session.channel().awaitUnread();
            session.channel().close();
            Conversation early = device.connect();
            early.send(Forge.detachedHello(Dialect.INFO_WORD, i));
            // The other half closes before the answer may have been sent, which gives EPIPE.
            if (i % 2 == 0) {
                early.awaitUnread();
            }
            early.close();
        }
        Session.plain(device).holds(AnnexDevice.COUNTER, 0);
    }

    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause("DST-006")
    @Needs(Ability.VERSION_1)
    void keepsChannelsOpenThatAreSilent(DevicePeer device) {
        keepsOpen(device, SILENCE);
    }

    @Test
    @TakesTime(Effort.FULL)
    @Judged(by = Kind.TIMED)
    @Clause("DST-006")
    @Needs(Ability.VERSION_1)
    void keepsChannelsOpenThatAreSilentForSeconds(DevicePeer device) {
        keepsOpen(device, SECONDS);
    }

    @Test
    @TakesTime(Effort.THOROUGH)
    @Judged(by = Kind.TIMED)
    @Clause("DST-006")
    @Needs(Ability.VERSION_1)
    void keepsChannelsOpenThatAreSilentForAMinute(DevicePeer device) {
        keepsOpen(device, MINUTE);
    }

    /** All are silent for that time, between two frames or within one; their answers afterwards show that they were kept. */
    private static void keepsOpen(DevicePeer device, Duration silence) {
        Conversation unnegotiated = device.connect();
        List<Runnable> rest = new ArrayList<>();
        for (int begun : new int[] {0, 1, 12, Registry.FRAME_LENGTH - 1}) {
            Conversation channel = device.connect();
            Frame hello = Forge.detachedHello(Dialect.INFO_WORD, begun);
            rest.add(goingOn(channel, hello, begun, () -> Negotiation.answered(channel, hello)));
            Negotiation offered = Negotiation.detached(device);
            Frame select = offered.select(offered.widest(1));
            rest.add(goingOn(offered.channel(), select, begun, () -> offered.expectAcceptOf(select)));
            for (Session open : Session.inEachVersion(device, Dialect.INFO_WORD)) {
                open.holds(AnnexDevice.READS, 0);
                Frame read = open.read(AnnexDevice.at(AnnexDevice.READS));
                rest.add(goingOn(open.channel(), read, begun, () -> open.expectOk(read, 1)));
            }
        }
        unnegotiated.expectSilence(silence);
        Negotiation.start(unnegotiated, Negotiation.plainHello(device, Dialect.INFO_WORD));
        rest.forEach(Runnable::run);
    }

    /** Sends the first bytes of {@code frame}; the rest of it, and what is to be answered, is what is given. */
    private static Runnable goingOn(Conversation channel, Frame frame, int begun, Runnable answer) {
        byte[] bytes = frame.bytes();
        if (begun > 0) {
            channel.sendPiece(Arrays.copyOf(bytes, begun));
        }
        return () -> {
            channel.sendBytes(Arrays.copyOfRange(bytes, begun, bytes.length));
            answer.run();
        };
    }

    private static void endsAfterFragment(Conversation channel, Frame frame, int length) {
        channel.sendBytes(Arrays.copyOf(frame.bytes(), length));
        channel.finish();
        channel.expectClosed();
    }

    static void closesSoon(Conversation channel) {
        closesSoon(List.of(channel));
    }

    /** All end at the same time. */
    private static void closesSoon(List<Conversation> channels) {
        channels.forEach(Conversation::finish);
        Deadline closed = Deadline.in(CLOSE_WITHIN);
        for (Conversation channel : channels) {
            if (!channel.hasNewsBefore(closed)) {
                throw channel.violation("the channel closed within 1 s of the end of the stream", "it is still open");
            }
            channel.expectClosed();
        }
    }
}
