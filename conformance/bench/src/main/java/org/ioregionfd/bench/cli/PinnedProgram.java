// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.bench.measure.Pinning;
import org.ioregionfd.conformance.cli.ConformanceMain;
import org.ioregionfd.conformance.cli.ExitCode;
import org.ioregionfd.conformance.cli.Program;
import org.ioregionfd.conformance.peer.PeerCommand;

/**
 * Starts the program a second time for measuring: on a chosen processor, with a JVM that compiles as well as it can and
 * collects garbage on no other thread. The first program only waits.
 */
final class PinnedProgram {
    /** Set in the second program. */
    private static final String PINNING = "conformance.bench.pinning";

    private PinnedProgram() {}

    /** Where this program was pinned; empty in the first one. */
    static Optional<Pinning> pinning() {
        return Optional.ofNullable(System.getProperty(PINNING)).map(Pinning::parse);
    }

    /** Starts the suite as a user does, for one check of a device at {socket}. */
    static PeerCommand suite() {
        List<String> words = new ArrayList<>(List.of(java()));
        words.addAll(Program.properties());
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), ConformanceMain.class.getName()));
        words.addAll(List.of("device", "--unix", PeerCommand.SOCKET, "--quick"));
        return new PeerCommand(words);
    }

    /** Starts a JVM that does nothing else. */
    static PeerCommand jvm() {
        return new PeerCommand(List.of(java(), "-version"));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Runs the program again with {@code arguments} and gives its exit code. */
    static int run(Pinning pinning, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-D" + PINNING + "=" + pinning));
        command.addAll(Program.properties());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ConformanceMain.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(Pinning.pinned(command, pinning.suite()))
                .inheritIO()
                .start();
        Thread end = new Thread(process::destroy, "bench-end");
        try {
            Runtime.getRuntime().addShutdownHook(end);
            return process.waitFor();
        } catch (IllegalStateException e) {
            process.destroy(); // a signal came during the start
            return ExitCode.SUITE_FAULT.number();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            return ExitCode.SUITE_FAULT.number();
        }
    }
}
