// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ioregionfd.conformance.faults.FaultyPeer;
import org.ioregionfd.conformance.faults.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite judges the device in Rust, and its command line says by the exit status what is wrong. */
@Tag("system")
@Execution(ExecutionMode.CONCURRENT)
class RustPeersIT {
    @ParameterizedTest
    @ValueSource(strings = {"info-word", "byte-fields"})
    void deviceInRustIsConformant(String layout) throws Exception {
        Function<Path, Process> program = FaultyPeer.program(RustProgram.device(), "--layout", layout);

        assertEquals(List.of(), World.findings(World.Run.quick("device", 1, program)));
    }

    @Test
    void saysByItsExitStatusWhatIsWrongWithItsCommandLine(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path taken = Files.createFile(folder.resolve("taken"));

        assertEquals(2, ended("--unix"));
        assertEquals(2, ended("--layout", "info-word"));
        assertEquals(2, ended("--unix", "x", "--versions", "3"));
        assertEquals(3, ended("--unix", taken.toString()));
    }

    private static int ended(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(RustProgram.device().toString()));
        command.addAll(List.of(words));
        return Programs.run(command).exitCode();
    }
}
