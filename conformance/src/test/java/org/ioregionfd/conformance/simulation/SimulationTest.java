// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No world goes wrong. The build runs the same worlds each time; {@link ManyWorlds} runs many more. */
class SimulationTest {
    private static final long WORLDS = 30_000;

    /** Everything here must have happened: worlds that are too tame would prove nothing. */
    private static final Set<String> MUST_BE_SEEN = words("""
            D answers a: READ before an earlier command, WRITE before an earlier command
            D defers a: FENCE of version 2, READ of an attached HELLO, READ of version 0, READ of version 1, READ of version 2
            D defers a: WRITE of version 0, WRITE of version 1, WRITE of version 2
            D ends by ABORT: NO_COMMON_VERSION, PIN_UNSATISFIED, REQUIRED_FEATURE_MISSING
            D ends by: CHN-004, CHN-005, DST-002, DST-003, DST-005, POL-004, V0-015, VIO-001, VIO-002, VIO-003, VIO-004
            D ends by: VIO-006, end of stream
            D ends by REJECT: BAD_WINDOW, DIGEST_MISMATCH, FEATURE_NOT_OFFERED, REQUIRED_FEATURE_MISSING, RESERVED_NOT_ZERO
            D ends by REJECT: UNEXPECTED_FRAME, VERSION_NOT_OFFERED
            D opens: EXACT, LEGACY, TAGGED
            K fails by ABORT: BAD_WINDOW, NO_COMMON_VERSION, PIN_UNSATISFIED, REQUIRED_FEATURE_MISSING
            K fails by: ACC-002, ACC-003, CHN-004, CHN-005, ClosedByUser, DeadlinePassed, FAI-003, KST-001, KST-003, KST-004
            K fails by: KST-005, KST-008, KST-009, OFR-010, PeerClosed, V1-004, V2-005
            K fails by REJECT: DIGEST_MISMATCH, REQUIRED_FEATURE_MISSING
            K settles for: EXACT, LEGACY, LegacyPeer, TAGGED
            a device completes: after the end, later, twice
            access ends as: Done, Done BAD_OFFSET, Done BAD_REGION, Done DEVICE_FAULT, Done OK, MaybeExecuted, NotSent
            an access is cancelled as: MaybeExecuted, NotSent
            an answer is thrown: away
            the READ of an attached HELLO is: cancelled
            """);

    private static Set<String> words(String lines) {
        return lines.lines()
                .map(line -> line.split(": ", 2))
                .flatMap(line -> Stream.of(line[1].split(", ", -1)).map(word -> line[0] + " " + word))
                .collect(Collectors.toSet());
    }

    /** With {@code -Dsimulation.seed=N}, which a failure prints, only the world of that seed, with its full trace. */
    @Test
    void noWorldGoesWrong() {
        Long seed = Long.getLong("simulation.seed");
        if (seed == null) {
            liveThrough(1, WORLDS);
        } else {
            new Simulation().replay(seed).forEach(System.out::println);
        }
    }

    /** No world goes wrong, and the worlds are wild enough. */
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
