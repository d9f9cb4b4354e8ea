// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When conformance/run builds: in a tree of empty files, with a Java and a Maven that do nothing. */
class RunScriptIT {
    private static final List<String> JARS = List.of(
            "reference-device-side/target/ioregionfd-device.jar",
            "reference-kvm-side/target/ioregionfd-kvm.jar",
            "conformance/target/ioregionfd-conformance.jar");

    /** What the script compares with the jars. */
    private static final List<String> SOURCES = List.of(
            "pom.xml",
            "NOTICE",
            "LICENSE",
            "spec/registry/registry.json",
            "spec/java/pom.xml",
            "spec/java/src/main/A.java",
            "spec/transport/pom.xml",
            "spec/transport/src/main/A.java",
            "reference-device-side/pom.xml",
            "reference-device-side/src/main/A.java",
            "reference-device-side/program/pom.xml",
            "reference-device-side/program/src/main/A.java",
            "reference-kvm-side/pom.xml",
            "reference-kvm-side/src/main/A.java",
            "reference-kvm-side/program/pom.xml",
            "reference-kvm-side/program/src/main/A.java",
            "conformance/pom.xml",
            "conformance/src/main/A.java",
            "conformance/bench/pom.xml",
            "conformance/bench/src/main/A.java");

    @TempDir
    private Path tree;

    /** Git gives a file that it has changed there and back a new time; Maven makes no new jar of it. */
    @Test
    void buildsOnceThoughTheJarsStayAsTheyAre() throws IOException, InterruptedException {
        Path script = tree.resolve("conformance/run");
        Files.createDirectories(script.getParent());
        Files.copy(Programs.ROOT.resolve("conformance/run"), script);
        for (String source : SOURCES) {
            write(source, "");
        }
        for (String jar : JARS) {
            Path file = write(jar, "org/ioregionfd/bench/");
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        }
        program("java", "echo 'openjdk version \"17.0.1\"' >&2");
        program("mvn", "echo built >> " + tree.resolve("builds"));

        run(script);
        run(script);

        assertEquals(List.of("built"), Files.readAllLines(tree.resolve("builds")));
    }

    private void run(Path script) throws IOException, InterruptedException {
        ProcessBuilder start = new ProcessBuilder("sh", script.toString(), "--version").redirectErrorStream(true);
        start.environment().remove("JAVA_HOME");
        start.environment().merge("PATH", tree.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = start.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), said);
        assertEquals(0, process.exitValue(), said);
    }

    private void program(String name, String does) throws IOException {
        Path file = write("bin/" + name, "#!/bin/sh\n" + does + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path write(String name, String text) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
