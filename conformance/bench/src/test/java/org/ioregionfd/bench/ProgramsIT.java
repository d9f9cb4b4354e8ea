// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench;

import static org.ioregionfd.bench.ProgramRun.DEVICE;
import static org.ioregionfd.bench.ProgramRun.KVM;
import static org.ioregionfd.bench.ProgramRun.ROOT;
import static org.ioregionfd.bench.ProgramRun.SUITE;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three jars as a user meets them, when all of them are built. */
class ProgramsIT {

    @ParameterizedTest
    @ValueSource(strings = {DEVICE, KVM, SUITE})
    void printsItsUsageWithoutNoise(String jar) throws IOException, InterruptedException {
        ProgramRun ended = ProgramRun.of(ProgramRun.command(jar, "--help"));

        assertEquals(0, ended.exitCode(), ended::toString);
        assertEquals("", ended.err());
        assertTrue(ended.out().startsWith("Usage: ioregionfd-"), ended::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {DEVICE, KVM, SUITE})
    void carriesItsVersionAndLicences(String jar) throws IOException {
        try (JarFile program = new JarFile(ROOT.resolve(jar).toFile())) {
            Attributes manifest = program.getManifest().getMainAttributes();
            assertAll(
                    () -> assertNotNull(manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION)),
                    () -> assertEquals("ALL-UNNAMED", manifest.getValue("Enable-Native-Access")),
                    () -> assertNotNull(program.getEntry("META-INF/LICENSE")),
                    () -> assertNotNull(program.getEntry("META-INF/NOTICE")),
                    () -> assertNotNull(program.getEntry("META-INF/licenses/Apache-2.0.txt")));
        }
    }

    @Test
    void suiteShipsNothingOfWhatItJudges() throws IOException {
        try (JarFile suite = new JarFile(ROOT.resolve(SUITE).toFile())) {
            Pattern judged = Pattern.compile("io/netty/.*|org/ioregionfd/(wire|device|kvm)/.*");

            assertEquals(
                    List.of(),
                    suite.stream()
                            .map(JarEntry::getName)
                            .filter(judged.asMatchPredicate())
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"programs/ioregionfd-device.jar", "programs/ioregionfd-kvm.jar", "document/handshake.html"})
    void suiteShipsWhatItNeedsAlone(String entry) throws IOException {
        try (JarFile suite = new JarFile(ROOT.resolve(SUITE).toFile())) {
            assertNotNull(suite.getJarEntry(entry));
        }
    }

    @Test
    void suiteShipsBothTestEngines() throws IOException {
        try (JarFile suite = new JarFile(ROOT.resolve(SUITE).toFile())) {
            JarEntry engines = suite.getJarEntry("META-INF/services/org.junit.platform.engine.TestEngine");
            String names = new String(suite.getInputStream(engines).readAllBytes(), StandardCharsets.UTF_8);

            assertTrue(names.contains("JupiterTestEngine") && names.contains("JqwikTestEngine"), names);
        }
    }

    @Test
    void suiteListsEveryCommandOfBothModules() throws IOException, InterruptedException {
        String help = ProgramRun.of(ProgramRun.command(SUITE, "--help")).out();

        assertEquals(
                List.of("self", "device", "kvm", "replay", "interop", "help", "generate-completion", "bench", "doctor"),
                Pattern.compile("(?m)^  ([a-z-]+) ")
                        .matcher(help)
                        .results()
                        .map(command -> command.group(1))
                        .toList());
    }
}
