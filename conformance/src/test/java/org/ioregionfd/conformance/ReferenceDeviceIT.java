// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite as a program judges the reference device as a program, in every setting that changes what is on the wire. */
class ReferenceDeviceIT {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final long LIMIT_SECONDS = 120;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--layout byte-fields",
                "--policy require",
                "--versions 1",
                "--features none",
                "--features POSTED_WRITES,FENCE",
                "--max-inflight 1",
                "--max-inflight 3",
                "--max-inflight 65535"
            })
    void isConformant(String serveOptions) throws IOException, InterruptedException {
        Run run = judge(serveOptions, List.of("--quick", "--seed", "42"));

        assertEquals(0, run.exitCode(), run.output());
        assertTrue(run.output().lines().reduce("", (first, last) -> last).startsWith("conformant: "), run.output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--policy off", "--versions 2"})
    void isNotConformantWhereItsUserHasTakenTheHandshakeOrVersion1Away(String serveOptions)
            throws IOException, InterruptedException {
        assertEquals(
                1, judge(serveOptions, List.of("--only", "OFR", "--seed", "42")).exitCode());
    }

    private record Run(int exitCode, String output) {}

    private static Run judge(String serveOptions, List<String> options) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String serve = "'%s' -XX:TieredStopAtLevel=1 -jar '%s' serve --unix {socket} %s"
                .formatted(java, ROOT.resolve("reference-device-side/target/ioregionfd-device.jar"), serveOptions);
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-jar",
                ROOT.resolve("conformance/target/ioregionfd-conformance.jar").toString(),
                "device",
                "--exec",
                serve));
        command.addAll(options);
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        program.getOutputStream().close();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(program.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), output);
        return new Run(program.exitValue(), output);
    }
}
