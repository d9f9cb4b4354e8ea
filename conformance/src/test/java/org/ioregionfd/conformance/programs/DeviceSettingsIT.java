// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.faults.ReferencePeer;
import org.ioregionfd.conformance.faults.World;
import org.ioregionfd.conformance.faults.World.Verdict;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite judges the reference device in every setting that changes what is on the wire. */
@Tag("system")
@Execution(ExecutionMode.CONCURRENT)
class DeviceSettingsIT {
    private static final long SEED = 42;

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
        assertEquals(List.of(), World.findings(run(settings)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--policy off", "--versions 2"})
    void isNotConformantWhereItsUserHasTakenTheHandshakeOrVersion1Away(String settings)
            throws ReflectiveOperationException {
        assertTrue(World.judge(run(settings).only("OFR")).stream().anyMatch(Verdict::isKill));
    }

    private static World.Run run(String settings) throws ReflectiveOperationException {
        return World.Run.quick(
                "device", SEED, ReferencePeer.of("device", Optional.empty(), List.of(settings.split(" ", -1))));
    }
}
