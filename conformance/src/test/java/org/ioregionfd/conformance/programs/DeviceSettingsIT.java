// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.faults.ReferencePeer;
import org.ioregionfd.conformance.faults.World;
import org.ioregionfd.conformance.faults.World.Verdict;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite judges the reference device in every setting that changes what is on the wire. */
@Execution(ExecutionMode.CONCURRENT)
class DeviceSettingsIT {
    private static final long SEED = 42;

    /** What the command line has where its user says nothing: a busy machine is to be no fault of a peer. */
    private static final int ANSWER_WITHIN_MILLIS = 2000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--policy require",
                "--versions 1",
                "--features none",
                "--features POSTED_WRITES,FENCE",
                "--max-inflight 1",
                "--max-inflight 3",
                "--max-inflight 65535"
            })
    void isConformant(String settings) throws ReflectiveOperationException {
        List<Verdict> verdicts = judge(settings, List.of());
        assertEquals(
                List.of(),
                verdicts.stream()
                        .filter(verdict -> !List.of("passed", "not supported").contains(verdict.verdict()))
                        .toList());
        assertTrue(verdicts.stream()
                        .filter(verdict -> verdict.verdict().equals("passed"))
                        .count()
                > 50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--policy off", "--versions 2"})
    void isNotConformantWhereItsUserHasTakenTheHandshakeOrVersion1Away(String settings)
            throws ReflectiveOperationException {
        assertTrue(judge(settings, List.of("OFR")).stream().anyMatch(Verdict::isKill));
    }

    private static List<Verdict> judge(String settings, List<String> only) throws ReflectiveOperationException {
        return World.judge(new World.Run(
                "device",
                only,
                SEED,
                ANSWER_WITHIN_MILLIS,
                "QUICK",
                ReferencePeer.of("device", Optional.empty(), List.of(settings.split(" ", -1)))));
    }
}
