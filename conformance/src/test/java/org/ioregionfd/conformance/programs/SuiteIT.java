// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ioregionfd.conformance.report.Forms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite's jar as a user runs it: verdicts and exit codes. */
@Execution(ExecutionMode.CONCURRENT)
class SuiteIT {
    @TempDir
    private Path folder;

    @Test
    void bothReferencePeersAreConformant() throws Exception {
        Path json = folder.resolve("report.json");
        Path junit = folder.resolve("report.xml");
        Path html = folder.resolve("report.html");
        String reports = "--report-json %s --report-junit %s --report-html %s".formatted(json, junit, html);
        Programs.Ended run = Programs.run(Programs.suite(reports.split(" ", -1)));
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.err().lines().allMatch(line -> line.matches("\\[\\d+/\\d+\\] .*")), run::toString);
        assertTrue(
                run.out()
                        .matches(
                                "(?s).*\nioregionfd handshake \\d+\\.\\d+ device and KVM side: conformant, \\d+ checks of"
                                        + " \\d+ clauses, versions 0 1 2, POSTED_WRITES OUT_OF_ORDER FENCE\n"),
                run::toString);
        assertEquals(List.of(), Forms.faultsOfJson(Files.readString(json), "/report.schema.json"));
        assertEquals(List.of(), Forms.faultsOfJUnit(Files.readString(junit)));
        assertEquals(List.of(), Forms.faultsOfHtml(Files.readString(html)));
    }

    /** By default they use event loops; here threads, asleep or polling: only so many poll as there are processors to spare. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    device | --transport direct             | --seed 9 --only HEL,SEL,V2,FAI
                    device | --transport direct --busy-poll | --seed 11 --only HEL,SEL,V2
                    device | --transport netty --busy-poll  | --seed 13 --only HEL,SEL,V2
                    kvm    | --transport direct             | --seed 9 --only HEL,SEL,V2,FAI
                    kvm    | --transport direct --busy-poll | --seed 11 --only HEL,SEL,V2,FAI
                    """)
    void eachReferencePeerIsConformantOnItsOtherTransport(String side, String transport, String options)
            throws IOException, InterruptedException {
        List<String> program = side.equals("device") ? Programs.device("serve") : Programs.kvm("driver");
        List<String> command =
                Programs.suite(side, "--exec", String.join(" ", program) + " --unix {socket} " + transport, "--quick");
        command.addAll(List.of(options.split(" ", -1)));
        Programs.Ended run = Programs.run(command);
        assertEquals(0, run.exitCode(), run::toString);
    }

    @Test
    void deviceThatIsServedByHandIsJudgedWhereItListens() throws IOException, InterruptedException {
        Path socket = folder.resolve("device.sock");
        try (Listening device = new Listening(socket, Programs.device("serve", "--unix", socket.toString()))) {
            Programs.Ended run =
                    Programs.run(Programs.suite("device", "--unix", device.path(), "--quick", "--only", "HEL,OFR"));
            assertEquals(0, run.exitCode(), run::toString);
        }
    }

    @Test
    void nothingOnThePathIsExitCode3() throws IOException, InterruptedException {
        endsWith(3, "device", "--unix", folder.resolve("nothing").toString());
        endsWith(3, "device", "--exec", "false {socket}");
        endsWith(3, "kvm", "--exec", "false {socket}");
        endsWith(3, "kvm", "--exec", "no-such-program-anywhere {socket}");
    }

    @Test
    void nothingSelectedIsExitCode5() throws IOException, InterruptedException {
        endsWith(5, "--only", "NOPE");
        endsWith(5, "device", "--unix", "/nowhere", "--only", "HEL,NOPE");
        endsWith(5, "--list", "--only", "NOPE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--no-such-option",
                "device",
                "kvm",
                "device --unix",
                "device --unix a --exec b",
                "--seed seven",
                "--timeout-ms 0",
                "--timeout-ms -1",
                "no-such-command",
                "device --exec no-placeholder"
            })
    void badOptionsAreExitCode2(String arguments) throws IOException, InterruptedException {
        endsWith(2, arguments.split(" ", -1));
    }

    private static void endsWith(int exitCode, String... arguments) throws IOException, InterruptedException {
        Programs.Ended run = Programs.run(Programs.suite(arguments));
        assertEquals(exitCode, run.exitCode(), () -> List.of(arguments) + "\n" + run);
        assertEquals(1, run.err().lines().count(), () -> "one plain line: " + List.of(arguments) + "\n" + run);
    }
}
