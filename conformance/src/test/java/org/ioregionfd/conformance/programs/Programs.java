// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The programs of the tree as a user starts them: each as a process of its own. */
public final class Programs {
    public static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    public static final Path TARGET = ROOT.resolve("conformance/target");
    public static final Path DEVICE_JAR = ROOT.resolve("reference-device-side/target/ioregionfd-device.jar");
    public static final Path KVM_JAR = ROOT.resolve("reference-kvm-side/target/ioregionfd-kvm.jar");
    public static final Path SUITE_JAR = TARGET.resolve("ioregionfd-conformance.jar");

    /** Longer than any of these programs takes on a busy machine; a test that waits longer has failed. */
    private static final int DEADLINE_SECONDS = 120;

    /** The end and the output of a program. */
    public record Ended(int exitCode, String out, String err) {
        @Override
        public String toString() {
            return "exit code " + exitCode + "\n--- stdout\n" + out + "\n--- stderr\n" + err;
        }
    }

    private Programs() {}

    /** A Java program with options that make it start quickly. */
    public static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        if (Runtime.version().feature() >= 24) {
            // The jars ask for this in their manifests; a class path has none, and the JVM would warn on stderr.
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(arguments));
        return command;
    }

    /** The device's program; an argument may be several, with spaces between them. */
    public static List<String> device(String... arguments) {
        return withArguments(DEVICE_JAR, String.join(" ", arguments).split(" ", -1));
    }

    /** The KVM side's program; an argument may be several, with spaces between them. */
    public static List<String> kvm(String... arguments) {
        return withArguments(KVM_JAR, String.join(" ", arguments).split(" ", -1));
    }

    public static List<String> suite(String... arguments) {
        return withArguments(SUITE_JAR, arguments);
    }

    private static List<String> withArguments(Path jar, String... arguments) {
        List<String> command = java("-jar", jar.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a program to its end; stdin is empty. */
    public static Ended run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", ".txt");
        Path err = Files.createTempFile("err", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("does not end: " + String.join(" ", command));
            }
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
