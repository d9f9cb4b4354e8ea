// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ioregionfd.conformance.programs.Programs.Ended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard streams that are closed, or full, or whose reader has gone. What was not written is never a success. */
@Execution(ExecutionMode.CONCURRENT)
class StandardStreamsIT {
    private static final int FAILED = 1;
    private static final int SUITE_FAULT = 4;

    @TempDir
    private Path folder;

    private static List<String> program(String name, String... arguments) {
        return switch (name) {
            case "device" -> Programs.device(arguments);
            case "kvm" -> Programs.kvm(arguments);
            default -> Programs.suite(arguments);
        };
    }

    /** In a shell that redirects as {@code how} says. */
    private static List<String> redirected(String how, List<String> command) {
        List<String> inShell = new ArrayList<>(List.of("bash", "-c", "\"$@\" " + how, "bash"));
        inShell.addAll(command);
        return inShell;
    }

    @ParameterizedTest
    @CsvSource({
        "device, --help",
        "device, --version",
        "device, serve --help",
        "kvm, --help",
        "kvm, --version",
        "kvm, read --help",
        "suite, --help",
        "suite, --version",
        "suite, --list"
    })
    void whatWasNotPrintedIsNoSuccess(String name, String arguments) throws IOException, InterruptedException {
        List<String> command = program(name, arguments.split(" "));
        int failed = name.equals("suite") ? SUITE_FAULT : FAILED;
        Ended full = Programs.run(redirected(">/dev/full", command));
        assertEquals(failed, full.exitCode(), full::toString);
        assertTrue(
                full.err().endsWith(": standard output cannot be written: No space left on device\n"), full::toString);
        assertEquals(1, full.err().lines().count(), full::toString);

        Ended closed = Programs.run(redirected(">&-", command));
        assertEquals(failed, closed.exitCode(), closed::toString);
        assertTrue(
                closed.err().endsWith(": standard output cannot be written: Bad file descriptor\n"), closed::toString);

        Ended silent = Programs.run(redirected(">&- 2>&-", command));
        assertEquals(new Ended(failed, "", ""), silent);

        Ended broken = Programs.run(redirected("| exec true; exit ${PIPESTATUS[0]}", command));
        assertEquals(failed, broken.exitCode(), broken::toString);
        assertTrue(broken.err().endsWith(": standard output cannot be written: Broken pipe\n"), broken::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {">/dev/full", ">&-", "2>/dev/full", "2>&-"})
    void aReadThatCouldNotSayAllIsNoSuccess(String how) throws IOException, InterruptedException {
        Path socket = folder.resolve("s");
        try (Listening device = new Listening(socket, Programs.device("serve --unix", socket.toString()))) {
            List<String> read = Programs.kvm("read 1 0x128 4 --deadline-ms 60000 --unix", device.path());
            assertEquals("0x0\n", Programs.run(redirected("", read)).out());
            assertEquals(FAILED, Programs.run(redirected(how, read)).exitCode());
        }
    }

    /** Whoever waits for the line would wait for ever, and so would a reader of the log. */
    @Test
    void aDeviceThatCannotSayThatItListensSaysThatAtOnce() throws IOException {
        String socket = folder.resolve("s").toString();
        Process serve = new ProcessBuilder(redirected(">/dev/full", Programs.device("serve --unix", socket))).start();
        try {
            assertEquals(
                    "ioregionfd-device: standard output cannot be written, and nobody reads there: listening " + socket,
                    serve.errorReader().readLine());
        } finally {
            serve.descendants().forEach(ProcessHandle::destroy);
            serve.destroy();
        }
    }

    /** It takes a minute to find out how the run ends, and no time to find out that nobody will know. */
    @ParameterizedTest
    @ValueSource(strings = {"--report-json", "--report-junit", "--report-html", "--save-failures"})
    void aReportThatCannotBeWrittenIsToldBeforeTheRun(String option) throws IOException, InterruptedException {
        Path file = Files.createFile(folder.resolve("file"));
        String sleep = "sleep 100000 {socket}";
        for (String place : List.of(file + "/report", "/proc/nowhere/report")) {
            Ended refused = Programs.run(Programs.suite("device", "--exec", sleep, option, place));
            assertEquals(2, refused.exitCode(), refused::toString);
            assertTrue(refused.err().startsWith("conformance: " + option + ": "), refused::toString);
            assertEquals(1, refused.err().lines().count(), refused::toString);
        }
    }

    @Test
    void aReportIsThereWholeOrNotAtAll() throws IOException, InterruptedException {
        Path socket = Files.createDirectory(folder.resolve("device")).resolve("s");
        Path report = Files.writeString(folder.resolve("report"), "the one before");
        Path link = Files.createSymbolicLink(folder.resolve("link"), report);
        try (Listening device = new Listening(socket, Programs.device("serve --unix", socket.toString()))) {
            List<String> judge = Programs.suite(
                    "device", "--unix", device.path(), "--only", "OFR-006", "--report-json", link.toString());
            Ended done = Programs.run(judge);
            assertEquals(0, done.exitCode(), done::toString);
            assertTrue(Files.readString(report).endsWith("}\n"));
            assertTrue(Files.isSymbolicLink(link));

            judge.set(judge.size() - 1, "/dev/full");
            Ended full = Programs.run(judge);
            assertEquals(SUITE_FAULT, full.exitCode(), full::toString);
            assertEquals(
                    "conformance: a report could not be written: /dev/full: No space left on device\n", full.err());

            judge.set(judge.size() - 1, "/dev/stdout");
            for (List<String> command : List.of(redirected("| cat", judge), judge)) {
                Ended printed = Programs.run(command);
                assertTrue(printed.out().contains("\nconformant: "), printed::toString);
                assertTrue(printed.out().contains("\"outcome\": \"conformant\""), printed::toString);
            }
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(Set.of(report, link, socket.getParent()), left.collect(Collectors.toSet()));
        }
    }
}
