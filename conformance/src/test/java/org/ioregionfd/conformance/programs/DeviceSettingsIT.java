// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite judges the reference device in every setting that changes what is on the wire. */
@Execution(ExecutionMode.CONCURRENT)
class DeviceSettingsIT {
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
    void isConformant(String settings) throws IOException, InterruptedException {
        Programs.Ended run = judge(settings);
        assertEquals(0, run.exitCode(), run::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--policy off", "--versions 2"})
    void isNotConformantWhereItsUserHasTakenTheHandshakeOrVersion1Away(String settings)
            throws IOException, InterruptedException {
        Programs.Ended run = judge(settings, "--only", "OFR");
        assertEquals(1, run.exitCode(), run::toString);
    }

    private static Programs.Ended judge(String settings, String... options) throws IOException, InterruptedException {
        String serve = String.join(" ", Programs.device("serve", "--unix", "{socket}")) + " " + settings;
        List<String> command = Programs.suite("device", "--exec", serve, "--quick", "--seed", "42");
        command.addAll(List.of(options));
        return Programs.run(command);
    }
}
