// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ioregionfd.conformance.faults.FaultyPeer;
import org.ioregionfd.conformance.faults.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite judges the peers in C: implementations that share no line with the reference peers. */
@Tag("system")
@Execution(ExecutionMode.CONCURRENT)
class CPeersIT {
    @ParameterizedTest
    @ValueSource(strings = {"info-word", "byte-fields"})
    void deviceInCIsConformant(String layout) throws Exception {
        isConformant("device", "spec/c/example-device.c", "--layout", layout);
    }

    @Test
    void kvmSideInCIsConformant() throws Exception {
        isConformant("kvm", "spec/c/example-kvm-driver.c");
    }

    @Test
    void peersInCAreAttachedRight() throws IOException, InterruptedException {
        String device = CProgram.compiled("spec/c/example-device.c") + " --unix {socket}";
        String driver = CProgram.compiled("spec/c/example-kvm-driver.c") + " --unix {socket}";
        for (List<String> attached : List.of(List.of("device", device), List.of("kvm", driver))) {
            Programs.Ended run = Programs.run(Programs.suite("doctor", attached.get(0), "--exec", attached.get(1)));
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.out().endsWith("\nthe peer is attached right\n"), run::toString);
        }
    }

    private static void isConformant(String side, String source, String... options) throws Exception {
        Path program = Path.of(CProgram.compiled(source));
        assertEquals(List.of(), World.findings(World.Run.quick(side, 1, FaultyPeer.program(program, options))));
    }
}
