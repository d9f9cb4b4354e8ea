package org.ioregionfd.conformance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three jars as a user meets them. */
class ProgramsIT {

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reference-device-side/target/ioregionfd-device.jar",
                "reference-kvm-side/target/ioregionfd-kvm.jar",
                "conformance/target/ioregionfd-conformance.jar"
            })
    void printsItsUsageWithoutNoise(String jar) throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        javaCommand(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        ROOT.resolve(jar).toString(),
                        "--help")
                .redirectErrorStream(true)
                .start();
        program.getOutputStream().close();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertTrue(program.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, program.exitValue(), output);
        assertTrue(output.startsWith("Usage: ioregionfd-"), output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reference-device-side/target/ioregionfd-device.jar",
                "reference-kvm-side/target/ioregionfd-kvm.jar",
                "conformance/target/ioregionfd-conformance.jar"
            })
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
        try (JarFile suite = new JarFile(
                ROOT.resolve("conformance/target/ioregionfd-conformance.jar").toFile())) {
            Pattern judged = Pattern.compile("io/netty/.*|org/ioregionfd/(wire|device|kvm)/.*");

            assertEquals(
                    List.of(),
                    suite.stream()
                            .map(JarEntry::getName)
                            .filter(judged.asMatchPredicate())
                            .toList());
        }
    }

    @Test
    void suiteShipsBothTestEngines() throws IOException {
        try (JarFile suite = new JarFile(
                ROOT.resolve("conformance/target/ioregionfd-conformance.jar").toFile())) {
            JarEntry engines = suite.getJarEntry("META-INF/services/org.junit.platform.engine.TestEngine");
            String names = new String(suite.getInputStream(engines).readAllBytes(), StandardCharsets.UTF_8);

            assertTrue(names.contains("JupiterTestEngine") && names.contains("JqwikTestEngine"), names);
        }
    }

    private static String javaCommand() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
