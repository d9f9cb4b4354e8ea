// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.spec.SpecFiles;

/** tshark with the dissector, and without its user's configuration. */
final class Tshark {
    static final String INSTALLED = "org.ioregionfd.spec.wireshark.Tshark#isInstalled";
    static final String NOT_INSTALLED = "tshark is not installed (Debian: tshark): the dissector is not tested";

    /** Far longer than it needs, so that a dissector that never ends does not hang the build. */
    private static final long DEADLINE_SECONDS = 60;

    private static final Path WORK = SpecFiles.SPEC.resolve("tools/target/wireshark");

    private Tshark() {}

    /** Whether there is a tshark, for {@code @EnabledIf}. */
    static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tshark")));
    }

    /** Skips the calling test, with the reason, if this is not the version of tshark whose output the README shows. */
    static void assumeVersion(String start) {
        try {
            String version =
                    output(List.of("tshark", "--version")).lines().findFirst().orElse("");
            assumeTrue(version.contains(") " + start), "the README shows tshark " + start + ", this is " + version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What tshark writes on stdout for a capture, read in two passes as Wireshark does.
     *
     * @param arguments after those that name the capture and the dissector
     */
    static String run(byte[] capture, String... arguments) {
        try {
            Files.createDirectories(WORK.resolve("empty"));
            Path file = Files.createTempFile(WORK, "capture", ".pcap");
            Files.write(file, capture);
            List<String> command = new ArrayList<>(List.of("tshark", "-2", "-n", "-r", file.toString(), "-X"));
            command.add("lua_script:" + SpecFiles.SPEC.resolve("wireshark/ioregionfd.lua"));
            command.addAll(List.of(arguments));
            String output = output(command);
            Files.delete(file);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields of every packet: all values of a field in the order of the frames in it. */
    static List<Map<String, List<String>>> fields(byte[] capture, List<String> names, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|"));
        names.forEach(name -> all.addAll(List.of("-e", name)));
        all.addAll(List.of(arguments));
        List<Map<String, List<String>>> packets = new ArrayList<>();
        run(capture, all.toArray(String[]::new)).lines().forEach(line -> {
            String[] values = line.split("\t", -1);
            assertEquals(names.size(), values.length, line);
            Map<String, List<String>> packet = new LinkedHashMap<>();
            for (int i = 0; i < values.length; i++) {
                packet.put(names.get(i), values[i].isEmpty() ? List.of() : List.of(values[i].split("\\|", -1)));
            }
            packets.add(packet);
        });
        return packets;
    }

    private static String output(List<String> command) throws IOException {
        Files.createDirectories(WORK);
        Path errors = Files.createTempFile(WORK, "stderr", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        // no plugins and no preferences of the user
        builder.environment().put("HOME", WORK.resolve("empty").toString());
        builder.environment().put("WIRESHARK_CONFIG_DIR", WORK.resolve("empty").toString());
        Path out = Files.createTempFile(WORK, "stdout", ".txt");
        Process tshark = builder.redirectOutput(out.toFile()).start();
        try {
            assertTrue(tshark.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "tshark has not ended");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            tshark.destroyForcibly();
        }
        String stderr = Files.readString(errors);
        String stdout = Files.readString(out, StandardCharsets.UTF_8);
        Files.delete(errors);
        Files.delete(out);
        // if it cannot load a dissector, it goes on without it and ends with 0
        assertTrue(!stderr.contains("Lua") && !stderr.contains(".lua"), stderr);
        assertEquals(0, tshark.exitValue(), stderr);
        return stdout;
    }
}
