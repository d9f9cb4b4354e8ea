// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.SocketServer;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The progress and the end of a run, seen from outside. */
@Execution(ExecutionMode.CONCURRENT)
class RunningIT {
    /** Longer than the suite takes on a busy machine; a test that waits so long has failed. */
    private static final int DEADLINE_SECONDS = 60;

    @TempDir
    private Path folder;

    @Test
    void anInterruptShowsAndWritesWhatWasFoundSoFar() throws IOException, InterruptedException {
        CountDownLatch channels = new CountDownLatch(40);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Path json = folder.resolve("report.json");
        try (SocketServer device = new SocketServer(folder.resolve("d"), channel -> {
            channels.countDown();
            while (true) {
                answer(SocketServer.readFrame(channel), channel);
            }
        })) {
            Process suite = new ProcessBuilder(Programs.suite(
                            "device", "--unix", device.path().toString(), "--report-json", json.toString()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            assertTrue(channels.await(DEADLINE_SECONDS, TimeUnit.SECONDS), "too few channels");
            new ProcessBuilder("kill", isInterruptIgnored() ? "-TERM" : "-INT", Long.toString(suite.pid())).start();
            assertTrue(suite.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "it goes on");
            String said = Files.readString(out);

            assertAll(
                    () -> assertTrue(List.of(1, 5).contains(suite.exitValue()), suite.exitValue() + "\n" + said),
                    () -> assertTrue(said.matches("(?s).*\nnot run, \\d+: interrupted\n.*"), said),
                    () -> assertTrue(
                            Files.readAllLines(err).stream()
                                    .allMatch(line -> line.matches("(FAILED|WARNED|\\[\\d+/\\d+.*\\]) .*")),
                            () -> "on stderr"),
                    () -> assertTrue(Files.readString(json).contains("\"reason\": \"interrupted\""), "report"));
        }
    }

    /** A log, or the console of a job: at once what is done, and a line while nothing fails; never a control character. */
    @Test
    void aRunWithoutATerminalSaysThatItGoesOn() throws IOException, InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        Path out = folder.resolve("out");
        try (SocketServer device = new SocketServer(folder.resolve("d"), channel -> {
            byte[] first = SocketServer.readFrame(channel);
            try {
                goOn.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer(first, channel);
        })) {
            Process suite = new ProcessBuilder(Programs.suite(
                            "device", "--unix", device.path().toString(), "--only", "OFR-006", "--timeout-ms", "60000"))
                    .redirectOutput(out.toFile())
                    .start();
            try (BufferedReader err = suite.errorReader(StandardCharsets.UTF_8)) {
                String line = err.readLine();
                String begun = Files.readString(out);
                goOn.countDown();

                assertTrue(String.valueOf(line).matches("\\[0/\\d+\\] the first handshake"), line);
                assertTrue(begun.startsWith("judging device at a Unix socket: "), begun);
            } finally {
                suite.destroy();
            }
        }
    }

    /** The line is replaced and verdicts have colours, unless the user wants none in any program. */
    @Test
    void aTerminalGetsColoursUnlessTheUserWantsNone() throws IOException, InterruptedException {
        String command = String.join(" ", Programs.suite("device", "--reference", "", "--only", "OFR-006", "--quick"))
                .replace("--reference ", "--reference ''");
        String coloured = onATerminal("env -u NO_COLOR TERM=xterm " + command);
        String plain = onATerminal("env NO_COLOR=1 TERM=xterm " + command);
        String dumb = onATerminal("env TERM=dumb " + command);

        assertAll(
                () -> assertTrue(coloured.contains("\u001b[1;32mconformant\u001b[0m: "), coloured),
                () -> assertTrue(coloured.contains("\r\u001b[K[0/"), coloured),
                () -> assertFalse(plain.contains("\u001b[" + "1"), plain),
                () -> assertTrue(plain.contains("\r\u001b[K[0/"), plain),
                () -> assertFalse(dumb.contains("\u001b"), dumb));
    }

    private static String onATerminal(String command) throws IOException, InterruptedException {
        try {
            Programs.Ended ended = Programs.run(List.of("script", "-qec", command, "/dev/null"));
            assertEquals(0, ended.exitCode(), ended::toString);
            return ended.out();
        } catch (IOException e) {
            return abort("skipped: no script (util-linux) on this machine");
        }
    }

    @Test
    void jobsFindTheSameAsOneThread() throws IOException, InterruptedException {
        String device = CProgram.compiled("spec/c/example-device.c") + " --unix {socket}";
        for (String jobs : List.of("1", "3")) {
            Programs.Ended run = Programs.run(Programs.suite(
                    "device", "--exec", device, "--quick", "--only", "HEL,OFR,SEL,V2", "--seed", "5", "--jobs", jobs));
            assertEquals(0, run.exitCode(), run::toString);
            Files.writeString(folder.resolve(jobs), run.out().replaceAll("\\d+ ms", "some ms"), StandardCharsets.UTF_8);
        }

        assertEquals(Files.readString(folder.resolve("1")), Files.readString(folder.resolve("3")));
    }

    @Test
    void aKvmSideWithoutADriverIsJudgedByWhatItDoesByItself() throws IOException, InterruptedException {
        String command = String.join(" ", Programs.kvm("probe", "--unix", "{socket}"));
        Programs.Ended right = level0(command);
        Path failures = folder.resolve("failures");
        String wrong = String.join(" ", Programs.kvm("read", "1", "0", "4", "--unix", "{socket}")) + " --policy off";
        Programs.Ended off = level0(wrong, "--save-failures", failures.toString());

        assertEquals(0, right.exitCode(), right::toString);
        assertTrue(right.out().contains("not supported, "), right::toString);
        assertTrue(right.out().contains(" KVM side at level 0: conformant, "), right::toString);
        assertEquals(1, off.exitCode(), off::toString);
        assertTrue(off.out().contains("kvm --level 0 --exec"), off::toString);
        replaysFailAsBefore(failures, wrong);
    }

    private static void replaysFailAsBefore(Path failures, String command) throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(failures)) {
            List<Path> saved =
                    files.filter(file -> file.toString().endsWith(".json")).toList();
            assertFalse(saved.isEmpty());
            for (Path file : saved) {
                Programs.Ended replay = Programs.run(Programs.suite("replay", file.toString(), "--exec", command));
                assertEquals(1, replay.exitCode(), replay::toString);
                assertTrue(replay.out().contains("it fails as before"), replay::toString);
            }
        }
    }

    /** If a script started the build in the background, the build and its children inherit this. */
    private static boolean isInterruptIgnored() throws IOException {
        String ignored = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).strip(), 16) & 2) != 0;
    }

    private static Programs.Ended level0(String command, String... options) throws IOException, InterruptedException {
        List<String> words =
                Programs.suite("kvm", "--level", "0", "--exec", command, "--only", "HEL-007,OFR-010", "--repeats", "0");
        words.addAll(List.of(options));
        return Programs.run(words);
    }

    /** A HELLO gets an OFFER, everything else a response. */
    private static void answer(byte[] bytes, SocketChannel channel) throws IOException {
        boolean isMarked = Registry.standard().kindOf(bytes, Sender.K).isPresent();
        Frame hello = new Frame(Registry.standard().shape("HELLO"), bytes);
        Frame answer = isMarked ? Forge.offer(hello, new Forge.Terms(7, 7, 64)) : Forge.blank("RESPONSE");
        SocketServer.write(channel, answer.bytes());
    }
}
