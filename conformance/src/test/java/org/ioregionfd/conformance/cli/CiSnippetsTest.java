// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.programs.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The files that other projects copy: that they are YAML, and that this suite takes their command lines. */
class CiSnippetsTest {
    private static final String JAR = "java -jar handshake/conformance/target/ioregionfd-conformance.jar ";

    @ParameterizedTest
    @ValueSource(strings = {"github.yml", "gitlab.yml"})
    void judgeBothSidesWithOptionsThatThereAre(String file) throws IOException {
        String text = Files.readString(Programs.ROOT.resolve("conformance/ci").resolve(file));
        List<String> commands = strings(new YAMLMapper().readValue(text, Object.class))
                .flatMap(String::lines)
                .filter(line -> line.startsWith(JAR))
                .map(line -> line.substring(JAR.length()).replaceFirst(" \\|\\| .*", ""))
                .toList();

        assertEquals(
                List.of("device", "kvm"),
                commands.stream().map(line -> line.replaceFirst(" .*", "")).toList());
        for (String command : commands) {
            List<String> words = new ArrayList<>(PeerCommand.parse(command).words());
            words.add("--list");
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int code = ConformanceMain.run(new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
            assertEquals(0, code, () -> command + ": " + err);
            assertTrue(words.containsAll(List.of("--report-junit", "--save-failures", "--seed")), command);
            assertEquals(file.equals("github.yml"), words.contains("--report-github"), command);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"github.yml", "gitlab.yml"})
    void keepWhatMavenHasDownloaded(String file) throws IOException {
        String text = Files.readString(Programs.ROOT.resolve("conformance/ci").resolve(file));

        assertTrue(text.contains("cache"), text);
    }

    @Test
    void theOneLineNeedsOnlyTheJar() throws IOException {
        String jar = "    java -jar ioregionfd-conformance.jar ";
        List<String> lines = Files.readString(Programs.ROOT.resolve("conformance/README.md"))
                .lines()
                .filter(line -> line.startsWith(jar + "device"))
                .toList();

        assertEquals(1, lines.size(), lines::toString);
        assertEquals(0, listed(lines.get(0).substring(jar.length())));
    }

    private static int listed(String command) {
        List<String> words = new ArrayList<>(PeerCommand.words("the command", command));
        words.add("--list");
        return ConformanceMain.run(
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()),
                words.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spec/c/example-device.c", "spec/c/example-kvm-driver.c", "conformance/ci/github.yml"})
    void nameFilesThatThereAre(String file) {
        assertTrue(Files.exists(Programs.ROOT.resolve(Path.of(file))), file);
    }

    private static Stream<String> strings(Object node) {
        if (node instanceof Map<?, ?> map) {
            return map.values().stream().flatMap(CiSnippetsTest::strings);
        }
        return node instanceof Collection<?> list
                ? list.stream().flatMap(CiSnippetsTest::strings)
                : Stream.of(String.valueOf(node));
    }
}
