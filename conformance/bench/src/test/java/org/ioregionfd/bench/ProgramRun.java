// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the tree that a user has started: how it ended and what it said. */
record ProgramRun(int exitCode, String out, String err) {
    static final Path ROOT = Path.of("").toAbsolutePath().resolve("../..").normalize();
    static final String DEVICE = "reference-device-side/target/ioregionfd-device.jar";
    static final String KVM = "reference-kvm-side/target/ioregionfd-kvm.jar";
    static final String SUITE = "conformance/target/ioregionfd-conformance.jar";

    /** Longer than any of them takes on a busy machine. */
    private static final int SECONDS_MAX = 120;

    /** How the jar at {@code jar} is started, quickly. */
    static List<String> command(String jar, String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar"));
        words.add(ROOT.resolve(jar).toString());
        words.addAll(List.of(arguments));
        return words;
    }

    /** Runs {@code command} to its end, without input. */
    static ProgramRun of(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("program", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end: " + command);
            }
            return new ProgramRun(process.exitValue(), out, Files.readString(errors));
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }
}
