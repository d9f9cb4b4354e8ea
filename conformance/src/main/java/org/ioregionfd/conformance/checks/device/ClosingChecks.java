// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.checks.device.OrderChecks.open;
import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.time.Duration;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Judged;
import org.ioregionfd.conformance.run.Check.Needs;
import org.junit.jupiter.api.Test;

/** What becomes of a command that has not been answered: without OUT_OF_ORDER its response may be ready and wait for its turn. */
@Checks
@Needs(Ability.VERSION_2)
public class ClosingChecks {
    private static final Access HOLD = at(AnnexDevice.HOLD);
    private static final Access MEMORY = at(0);

    /** CHN-015 says 1 s; the rest is for a scheduler that wakes the suite late. */
    private static final Duration CLOSED_WITHIN = Duration.ofMillis(1250);

    @Test
    @Clause({"CHN-013", "ORD-003"})
    @Needs(Ability.WINDOW_2)
    void dropsAResponseThatWaitsForItsTurn(DevicePeer device) {
        Session session = open(device, 0, 2);
        session.channel().send(session.read(HOLD), session.read(MEMORY));
        session.isClosedBy(session.write(MEMORY, 1).with("op", 0));
    }

    @Test
    @Clause({"CHN-013", "VIO-007"})
    @Needs(Ability.WINDOW_2)
    void releasesNothingByAFrameThatItClosesOn(DevicePeer device) {
        Session session = open(device, 0, 2);
        session.channel().send(session.read(HOLD));
        session.isClosedBy(session.write(at(AnnexDevice.RELEASE), 1).with("flags", 3));
    }

    @Test
    @Clause({"CHN-014", "CHN-013"})
    @Needs(Ability.WINDOW_2)
    void dropsAResponseThatWaitsAtTheEndOfTheStream(DevicePeer device) {
        Session session = open(device, 0, 2);
        session.channel().send(session.read(HOLD), session.read(MEMORY));
        session.channel().finish();
        session.channel().expectClosed();
    }

    @Test
    @Clause("VIO-006")
    @Needs(Ability.WINDOW_2)
    void countsAResponseThatWaitsForItsTurn(DevicePeer device) {
        Session session = open(device, 0, 2);
        session.channel().send(session.read(HOLD), session.read(MEMORY));
        session.isClosedBy(session.read(MEMORY));
    }

    @Test
    @Clause("VIO-006")
    @Needs(Ability.WINDOW_2)
    void keepsTheTagOfAResponseThatWaitsForItsTurn(DevicePeer device) {
        Session session = open(device, 0, 3);
        Frame waiting = session.read(MEMORY);
        session.channel().send(session.read(HOLD), waiting);
        session.isClosedBy(Dialect.tagged(session.write(MEMORY, 1), waiting.get("tag")));
    }

    /** Of one read, whatever it breaks: the answer goes out, and the close comes behind it. */
    @Test
    @Clause({"CHN-013", "VIO-006"})
    @Needs(Ability.WINDOW_2)
    void answersWhatCameBeforeAUsedTagOrAFullWindow(DevicePeer device) {
        for (boolean isTagUsed : new boolean[] {true, false}) {
            Session session = open(device, 0, 2);
            Frame write = session.write(MEMORY, 7);
            Frame read = session.read(MEMORY);
            Frame held = session.read(HOLD);
            Frame wrong = isTagUsed ? Dialect.tagged(session.read(MEMORY), held.get("tag")) : session.read(MEMORY);
            session.channel().send(write, read, held, isTagUsed ? wrong : session.read(MEMORY), wrong);
            session.expectOk(write, 0);
            session.expectOk(read, 7);
            session.channel().expectClosed();
        }
    }

    @Test
    @Clause({"VIO-006", "CHN-002"})
    void servesCommandsOfOneWriteInAWindowOf1(DevicePeer device) {
        Session session = open(device, 0, 1);
        Frame write = session.write(MEMORY, 7);
        Frame read = session.read(MEMORY);
        Frame again = Dialect.tagged(session.read(MEMORY), write.get("tag"));
        session.channel().send(write, read, again);
        session.expectOk(write, 0);
        session.expectOk(read, 7);
        session.expectOk(again, 7);
    }

    @Test
    @Judged(by = Kind.TIMED)
    @Clause("CHN-015")
    void closesThoughNobodyReadsWhatItSentBefore(DevicePeer device) {
        Session session = open(device, 0, 1);
        Frame read = session.read(MEMORY);
        session.channel().send(read, session.read(MEMORY).with("op", 0));
        if (!session.channel().isRefusedWithin(CLOSED_WITHIN, read)) {
            throw session.channel().violation("the channel closed within 1 s of a violation", "it still takes frames");
        }
    }
}
