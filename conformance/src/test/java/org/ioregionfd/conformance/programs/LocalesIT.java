// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.programs.Programs.Ended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whatever the locale, the charset, the temporary folder and the umask, a program prints and writes the same ASCII. */
@Execution(ExecutionMode.CONCURRENT)
class LocalesIT {
    /** Shell words before the program, and JVM options behind "java"; the first one is the usual one. */
    private static final List<List<String>> WORLDS = List.of(
            List.of("", "-Duser.language=en"),
            List.of("LC_ALL=C", "-Dfile.encoding=US-ASCII"),
            List.of("LANG=C.UTF-8 TMPDIR=/nowhere", "-Duser.language=ar -Duser.country=EG -Dfile.encoding=UTF-16"),
            List.of("umask 077; LC_ALL=POSIX", "-Duser.language=tr -Dstdout.encoding=UTF-16 -Dstderr.encoding=UTF-16"),
            List.of("umask 000;", "-Duser.language=th -Duser.country=TH -Duser.variant=TH -Dfile.encoding=IBM1047"));

    @TempDir
    private Path folder;

    private static List<String> in(List<String> world, List<String> command) {
        List<String> inShell = new ArrayList<>(List.of("bash", "-c", world.get(0) + " \"$@\"", "bash", command.get(0)));
        inShell.addAll(List.of(world.get(1).split(" ")));
        inShell.addAll(command.subList(1, command.size()));
        return inShell;
    }

    private static void assertIsTheSameEverywhere(List<String> command) throws IOException, InterruptedException {
        Ended usual = Programs.run(in(WORLDS.get(0), command));
        assertTrue((usual.out() + usual.err()).matches("[\\n\\x20-\\x7e]+"), usual::toString);
        for (List<String> world : WORLDS.subList(1, WORLDS.size())) {
            assertEquals(usual, Programs.run(in(world, command)), () -> world + " " + command);
        }
    }

    @Test
    void helpIsTheSame() throws IOException, InterruptedException {
        assertIsTheSameEverywhere(Programs.device("serve --help"));
        assertIsTheSameEverywhere(Programs.kvm("driver --help"));
        assertIsTheSameEverywhere(Programs.suite("device", "--help"));
        assertIsTheSameEverywhere(Programs.suite("--list"));
    }

    @Test
    void whatIsSaidAboutAPeerIsTheSame() throws IOException, InterruptedException {
        Path socket = folder.resolve("s");
        try (Listening device = new Listening(socket, Programs.device("serve --unix", socket.toString()))) {
            assertIsTheSameEverywhere(Programs.kvm("probe --verbose --stats --unix", device.path()));
            assertIsTheSameEverywhere(Programs.kvm("probe --json --unix", device.path()));
        }
    }

    @Test
    void reportsAreTheSame() throws IOException, InterruptedException {
        Path socket = folder.resolve("s");
        try (Listening device = new Listening(socket, Programs.device("serve --unix", socket.toString()))) {
            String usual = "";
            for (List<String> world : WORLDS) {
                Path json = folder.resolve("json");
                Path junit = folder.resolve("junit");
                Path html = folder.resolve("html");
                Ended run = Programs.run(in(
                        world,
                        Programs.suite(
                                "device",
                                "--unix",
                                device.path(),
                                "--only",
                                "OFR-006",
                                "--seed",
                                "1",
                                "--timeout-ms",
                                "10000",
                                "--report-json",
                                "" + json,
                                "--report-junit",
                                "" + junit,
                                "--report-html",
                                "" + html)));
                assertEquals(0, run.exitCode(), run::toString);
                String all = run.out() + Files.readString(json) + Files.readString(junit) + Files.readString(html);
                String timeless = all.replaceAll("\\d+ ms|\"(millis|took_ms)\": \\d+|time=\"[^\"]*\"", "some time");
                usual = usual.isEmpty() ? timeless : usual;
                assertEquals(usual, timeless, () -> "" + world);
            }
        }
    }

    /** The bytes of a name are shown, whatever the charset of the locale takes them for. */
    @Test
    void namesAreShownInAscii() throws IOException, InterruptedException {
        for (String locale : List.of("C.UTF-8", "en_US.ISO-8859-1")) {
            List<String> command = new ArrayList<>(List.of(
                    "bash", "-c", "LC_ALL=" + locale + " \"$@\" \"$(printf '/nowhere/gr\\xc3\\xbcn')\"", "bash"));
            command.addAll(Programs.kvm("read 1 0 1 --unix"));
            Ended run = Programs.run(command);
            assertTrue(run.err().matches("[\\n\\x20-\\x7e]+"), run::toString);
            assertEquals(1, run.err().lines().count(), run::toString);
        }
    }
}
