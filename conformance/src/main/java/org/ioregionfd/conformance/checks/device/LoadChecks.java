// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Alone;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Judged;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.junit.jupiter.api.Test;

/** Many channels, and peers that behave badly. */
@Checks
@Needs(Ability.VERSION_1)
public class LoadChecks {
    private static final int CHANNELS = 64;

    /** Far more answers than the buffers of a socket hold. */
    private static final int FLOOD = 100_000;

    /** Longer than any wait of the document that is bounded. */
    private static final Duration UNREAD = Duration.ofMillis(1500);

    /** Within this time even a slow device takes a frame. */
    private static final Duration BLOCKED = Duration.ofMillis(100);

    @Test
    @Alone
    @Clause({"DEV-004", "DEV-007", "DEV-001"})
    void servesSixtyFourChannelsAtATime(DevicePeer device) {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            Session session = Session.plain(device);
            session.does(session.write(AnnexDevice.at(0), i), 0);
            sessions.add(session);
        }
        for (int i = 0; i < CHANNELS; i++) {
            sessions.get(i).holds(0, i);
            sessions.get(i).holds(AnnexDevice.COUNTER, 0);
        }
    }

    @Test
    @Clause("FAI-004")
    void outlivesAFloodOfHellos(DevicePeer device) {
        Conversation channel = device.connect();
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, 1);
        flooded(channel, () -> hello, "HELLOs taken and no OFFER read");
        channel.close();
        Session.plain(device).holds(AnnexDevice.COUNTER, 0);
    }

    @Test
    @Clause({"FAI-004", "V0-011", "V1-003"})
    void outlivesAFloodOfCommands(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        List<Integer> versions =
                Registry.known().versions().stream().filter(offered::isListed).toList();
        int version = versions.get(device.random().nextInt(versions.size()));
        Session session = offered.open(Dialect.INFO_WORD, offered.widest(version));
        Frame read = session.read(AnnexDevice.at(AnnexDevice.COUNTER));
        Supplier<Frame> reads = () -> version == 2 ? session.read(AnnexDevice.at(0)) : read;
        int taken = flooded(session.channel(), reads, "commands taken and no response read");
        // In version 2 what waits may have been one too many: that depends on what the device has handed to the
        // channel.
        for (int i = 0; version != 2 && i < taken; i++) {
            session.expectOk(read, i);
        }
        session.channel().close();
        Session.plain(device).holds(AnnexDevice.COUNTER, 0);
    }

    /**
     * Sends {@code frames} for as long as the device takes them, and reads nothing. So the device's own sending blocks, and
     * it must stop reading, or close on a supposed violation, or keep all its answers. Gives how many were taken.
     */
    private static int flooded(Conversation channel, Supplier<Frame> frames, String what) {
        int taken = 0;
        while (channel.isTaking(frames.get(), BLOCKED)) {
            if (++taken == FLOOD) {
                throw channel.violation("memory that stays bounded", FLOOD + " " + what);
            }
        }
        return taken;
    }

    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"DST-006", "OFR-001"})
    void waitsForAKvmSideThatDoesNotRead(DevicePeer device) {
        Conversation channel = device.connect();
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, 0);
        int sent = 0;
        while (sent < FLOOD && channel.isTaking(numbered(hello, sent), BLOCKED)) {
            sent++;
        }
        // Now the device cannot send. Later it must answer everything, each HELLO once and in order.
        channel.leaveUnread(UNREAD);
        for (int i = 0; i < sent; i++) {
            Negotiation.answered(channel, numbered(hello, i));
        }
        Negotiation last = Negotiation.start(channel, numbered(hello, sent));
        last.open(Dialect.INFO_WORD, last.widest(1)).holds(AnnexDevice.COUNTER, 0);
    }

    /** What was taken while nothing could be sent is answered all the same. */
    @Test
    @TakesTime
    @Clause({"CHN-014", "V1-003"})
    void answersAllThatCameBeforeTheEndThoughNobodyRead(DevicePeer device) {
        Session session = Session.plain(device);
        Frame read = session.read(AnnexDevice.at(AnnexDevice.COUNTER));
        int sent = 0;
        while (sent < FLOOD && session.channel().isTaking(read, BLOCKED)) {
            sent++;
        }
        session.channel().finish();
        for (int i = 0; i < sent; i++) {
            session.expectOk(read, i);
        }
        session.channel().expectClosed();
    }

    /** Nonces repeat, but a device that drops a HELLO or answers one twice is still out of step. */
    private static Frame numbered(Frame hello, int number) {
        return hello.with("nonce", number & 0xff);
    }
}
