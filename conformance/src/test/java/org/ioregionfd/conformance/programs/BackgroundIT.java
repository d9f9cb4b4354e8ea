// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers of --exec that go into the background: the suite says so, and none is left running. */
@Tag("system")
@Execution(ExecutionMode.CONCURRENT)
class BackgroundIT {
    private static final String WORDS = "a peer has to stay in the foreground";

    private static final int DEADLINE_SECONDS = 60;

    @TempDir
    private Path folder;

    /** A launcher that ends when the socket is there, one that ends at once, and one that ends in the middle of the run. */
    @ParameterizedTest
    @ValueSource(strings = {"while ! [ -S \"$1\" ]; do sleep 0.05; done", ":", "sleep 1"})
    void aDeviceInTheBackgroundIsNotAttached(String launcher) throws IOException, InterruptedException {
        String device = CProgram.compiled("spec/c/example-device.c");
        String command = script("setsid " + device + " --unix \"$1\" </dev/null >/dev/null 2>&1 &\n"
                + "echo $! >>\"$0.pids\"\n" + launcher + "\n");
        Programs.Ended run = Programs.run(Programs.suite(
                "device", "--exec", command + " {socket}", "--only", "HEL,OFR,SEL", "--repeats", "0", "--seed", "1"));

        assertEquals(3, run.exitCode(), run::toString);
        assertTrue(run.err().lines().reduce("", (first, last) -> last).contains(WORDS), run::toString);
        assertNoneRuns();
    }

    @Test
    void aDriverInTheBackgroundIsNotAttached() throws IOException, InterruptedException {
        String driver = CProgram.compiled("spec/c/example-kvm-driver.c");
        String command = script("exec 3<&0\nsetsid " + driver + " --unix \"$1\" <&3 &\necho $! >>\"$0.pids\"\n");
        Programs.Ended run = Programs.run(Programs.suite(
                "kvm", "--exec", command + " {socket}", "--only", "HEL", "--repeats", "0", "--seed", "1"));

        assertEquals(3, run.exitCode(), run::toString);
        assertTrue(run.err().contains(WORDS), run::toString);
        assertNoneRuns();
    }

    @Test
    void theDoctorSaysIt() throws IOException, InterruptedException {
        String device = CProgram.compiled("spec/c/example-device.c");
        String command = script("setsid " + device + " --unix \"$1\" </dev/null >/dev/null 2>&1 &\n"
                + "echo $! >>\"$0.pids\"\nwhile ! [ -S \"$1\" ]; do sleep 0.05; done\n");
        Programs.Ended run = Programs.run(Programs.suite("doctor", "--exec", command + " {socket}"));

        assertEquals(3, run.exitCode(), run::toString);
        assertTrue(run.out().contains("wrong  the program stays in the foreground: "), run::toString);
        assertTrue(run.out().contains(WORDS), run::toString);
        assertNoneRuns();
    }

    @Test
    void aProgramAtLevel0LeavesNothingRunning() throws IOException, InterruptedException {
        String probe = String.join(" ", Programs.kvm("probe", "--unix", "\"$1\""));
        String command = script("setsid " + probe + " </dev/null >/dev/null 2>&1 &\necho $! >>\"$0.pids\"\n");
        Programs.Ended run = Programs.run(Programs.suite(
                "kvm",
                "--level",
                "0",
                "--exec",
                command + " {socket}",
                "--only",
                "OFR-010",
                "--repeats",
                "0",
                "--quick"));

        assertEquals(3, run.exitCode(), run::toString);
        assertTrue(run.err().contains(WORDS), run::toString);
        assertNoneRuns();
    }

    private String script(String text) throws IOException {
        Path script = Files.writeString(folder.resolve("start.sh"), text);
        return "sh " + script;
    }

    /** One that was killed may need a moment until its new parent has noticed. */
    private void assertNoneRuns() throws IOException, InterruptedException {
        List<String> pids = Files.readAllLines(folder.resolve("start.sh.pids"));
        assertFalse(pids.isEmpty());
        for (String pid : pids) {
            Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid));
            if (process.isPresent()) {
                try {
                    process.get().onExit().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException | TimeoutException e) {
                    throw new AssertionError(pid + " runs on", e);
                }
            }
        }
    }
}
