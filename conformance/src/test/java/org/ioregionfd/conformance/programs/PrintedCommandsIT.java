// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each command that a run prints, pasted into a shell as it is, shows the failure again. */
@Tag("system")
@Execution(ExecutionMode.CONCURRENT)
class PrintedCommandsIT {
    private static final Pattern COMMAND = Pattern.compile("again: (.*)");
    private static final String CHECK = "OFR-001/answers-each-of-many-hellos-in-one-write";

    @TempDir
    private Path outer;

    private Path folder;

    @BeforeEach
    void makesAFolderWithAnAwkwardName() throws IOException {
        folder = Files.createDirectory(outer.resolve("it's \"my\" $HOME `x`\nfolder"));
    }

    @Test
    void ofADeviceAtASocket() throws IOException, InterruptedException {
        // The device tells where it listens in one line.
        Path socket = Files.createDirectory(outer.resolve("it's \"my\" $HOME `x` folder"))
                .resolve("d");
        try (Listening device = new Listening(
                socket,
                Programs.device("serve", "--policy", "off", "--unix {socket}").stream()
                        .map(word -> word.equals("{socket}") ? socket.toString() : word)
                        .toList())) {
            failsAgain("device", "--unix", device.path());
        }
    }

    @Test
    void ofADeviceThatTheSuiteStarts() throws IOException, InterruptedException {
        Path program = Files.writeString(
                folder.resolve("my device"),
                "#!/bin/sh\nexec " + String.join(" ", Programs.device("serve", "--policy", "off", "--unix"))
                        + " \"$1\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

        failsAgain("device", "--exec", "'" + program.toString().replace("'", "'\\''") + "' {socket}");
    }

    @Test
    void ofAReferencePeer() throws IOException, InterruptedException {
        failsAgain("device", "--reference", "--policy off");
    }

    @Test
    void ofAKvmSideWithoutADriver() throws IOException, InterruptedException {
        String program = String.join(" ", Programs.kvm("read", "1", "0", "4", "--unix", "{socket}")) + " --policy off";

        failsAgain("kvm", "--level", "0", "--exec", program);
    }

    /** The program itself lies in that folder, and so do the saved failures. */
    private void failsAgain(String... peer) throws IOException, InterruptedException {
        Path script = Files.writeString(
                folder.resolve("run it"), "#!/bin/sh\nexec " + String.join(" ", Programs.suite()) + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        List<String> command = Programs.java("-Dconformance.program=" + script, "-jar", Programs.SUITE_JAR.toString());
        command.addAll(List.of(peer));
        command.addAll(List.of("--only", peer[0].equals("kvm") ? "HEL-007" : CHECK));
        command.addAll(List.of("--seed", "1", "--repeats", "0", "--save-failures", folder + "/failures"));
        Programs.Ended run = Programs.run(command);
        assertEquals(1, run.exitCode(), run::toString);

        List<String> printed = COMMAND.matcher(run.out())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertFalse(printed.size() < 2, run::toString);
        for (String line : printed) {
            Programs.Ended again = Programs.run(List.of("sh", "-c", line));
            assertEquals(1, again.exitCode(), () -> line + "\n" + again);
        }
    }
}
