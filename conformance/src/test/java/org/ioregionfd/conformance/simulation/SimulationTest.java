// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** No world goes wrong. The build lives through the same worlds each time; {@link ManyWorlds} lives through many more. */
class SimulationTest {
    private static final long WORLDS = 30_000;

    /** Whatever of this was not seen was not judged: too tame worlds would prove nothing. */
    private static final Set<String> MUST_BE_SEEN = Set.of(
            "D answers a READ before an earlier command",
            "D answers a WRITE before an earlier command",
            "D defers a FENCE of version 2",
            "D defers a READ of an attached HELLO",
            "D defers a READ of version 0",
            "D defers a READ of version 1",
            "D defers a READ of version 2",
            "D defers a WRITE of version 0",
            "D defers a WRITE of version 1",
            "D defers a WRITE of version 2",
            "D ends by ABORT NO_COMMON_VERSION",
            "D ends by ABORT PIN_UNSATISFIED",
            "D ends by ABORT REQUIRED_FEATURE_MISSING",
            "D ends by CHN-004",
            "D ends by CHN-005",
            "D ends by DST-002",
            "D ends by DST-003",
            "D ends by DST-005",
            "D ends by POL-004",
            "D ends by REJECT BAD_WINDOW",
            "D ends by REJECT DIGEST_MISMATCH",
            "D ends by REJECT FEATURE_NOT_OFFERED",
            "D ends by REJECT REQUIRED_FEATURE_MISSING",
            "D ends by REJECT RESERVED_NOT_ZERO",
            "D ends by REJECT UNEXPECTED_FRAME",
            "D ends by REJECT VERSION_NOT_OFFERED",
            "D ends by V0-015",
            "D ends by VIO-001",
            "D ends by VIO-002",
            "D ends by VIO-003",
            "D ends by VIO-004",
            "D ends by VIO-006",
            "D ends by end of stream",
            "D opens EXACT",
            "D opens LEGACY",
            "D opens TAGGED",
            "K fails by ABORT BAD_WINDOW",
            "K fails by ABORT NO_COMMON_VERSION",
            "K fails by ABORT PIN_UNSATISFIED",
            "K fails by ABORT REQUIRED_FEATURE_MISSING",
            "K fails by ACC-002",
            "K fails by ACC-003",
            "K fails by CHN-004",
            "K fails by CHN-005",
            "K fails by ClosedByUser",
            "K fails by DeadlinePassed",
            "K fails by FAI-003",
            "K fails by KST-001",
            "K fails by KST-003",
            "K fails by KST-004",
            "K fails by KST-005",
            "K fails by KST-008",
            "K fails by KST-009",
            "K fails by OFR-010",
            "K fails by PeerClosed",
            "K fails by REJECT DIGEST_MISMATCH",
            "K fails by REJECT REQUIRED_FEATURE_MISSING",
            "K fails by V1-004",
            "K fails by V2-005",
            "K settles for EXACT",
            "K settles for LEGACY",
            "K settles for LegacyPeer",
            "K settles for TAGGED",
            "a device completes after the end",
            "a device completes later",
            "a device completes twice",
            "access ends as Done",
            "access ends as Done BAD_OFFSET",
            "access ends as Done BAD_REGION",
            "access ends as Done DEVICE_FAULT",
            "access ends as Done OK",
            "access ends as MaybeExecuted",
            "access ends as NotSent",
            "an access is cancelled as MaybeExecuted",
            "an access is cancelled as NotSent",
            "an answer is thrown away",
            "the READ of an attached HELLO is cancelled");

    /** With {@code -Dsimulation.seed=N}, which is what a failure prints, only the world of that seed, told in full. */
    @Test
    void noWorldGoesWrong() {
        Long seed = Long.getLong("simulation.seed");
        if (seed == null) {
            liveThrough(1, WORLDS);
        } else {
            new Simulation().replay(seed).forEach(System.out::println);
        }
    }

    /** None goes wrong, and they are wild enough. */
    static Tally liveThrough(long first, long worlds) {
        Simulation simulation = new Simulation();
        simulation.run(first, worlds);
        Tally tally = simulation.tally();
        assertEquals(worlds, tally.worlds());
        assertTrue(tally.handshakes() > worlds / 3, tally.toString());
        assertTrue(tally.commands() > 4 * worlds, tally.toString());
        assertTrue(tally.deferrals() > worlds / 2, tally.toString());
        assertTrue(tally.cancellations() > worlds / 2, tally.toString());
        Set<String> unseen = new TreeSet<>(MUST_BE_SEEN);
        unseen.removeAll(tally.counts().keySet());
        assertEquals(Set.of(), unseen);
        return tally;
    }

    @Test
    void aWorldIsAFunctionOfItsSeed() {
        for (long seed = 100; seed < 150; seed++) {
            List<String> told = new Simulation().replay(seed);
            assertEquals(told, new Simulation().replay(seed));
            assertNotEquals(told, new Simulation().replay(seed + 1));
        }
    }
}
