// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The libraries as an embedder uses them: their jars, as modules, with nothing else. */
@Timeout(240)
class EmbeddingIT {
    /** The allowed dependencies of a library; jspecify's annotations are only needed to compile. */
    private static final Set<String> ALLOWED = Set.of(
            "ioregionfd-wire",
            "ioregionfd-transport",
            "netty-buffer",
            "netty-common",
            "netty-resolver",
            "netty-transport",
            "netty-transport-classes-epoll",
            "netty-transport-native-unix-common",
            "slf4j-api");

    /** The libraries' jars, those, and the native part of epoll, which their user adds. */
    private static final Pattern JAR =
            Pattern.compile(".*/(ioregionfd-(device|kvm|wire|transport)|netty-[a-z-]+|slf4j-api)-[0-9][^/]*\\.jar");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"spec/java", "spec/transport", "reference-device-side", "reference-kvm-side"})
    void isPublishedAloneAndBringsAlongNothingElse(String library) throws Exception {
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Programs.ROOT
                        .resolve(library)
                        .resolve("target/.flattened-pom.xml")
                        .toFile());
        assertEquals(Optional.empty(), text(pom.getDocumentElement(), "parent"));
        for (String wanted : List.of("url", "licenses", "organization", "scm")) {
            assertTrue(text(pom.getDocumentElement(), wanted).isPresent(), wanted);
        }
        TreeSet<String> others = new TreeSet<>();
        NodeList dependencies = pom.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            if (!text(dependency, "scope").equals(Optional.of("provided"))) {
                others.add(text(dependency, "artifactId").orElseThrow());
            }
        }
        assertTrue(!others.isEmpty());
        others.removeAll(ALLOWED);
        assertEquals(Set.of(), others);
    }

    private static Optional<String> text(Element parent, String name) {
        return Optional.ofNullable(parent.getElementsByTagName(name).item(0)).map(node -> node.getTextContent());
    }

    /** Each embedder performs one READ over a Unix socket, and prints what it gave. */
    @ParameterizedTest
    @ValueSource(strings = {"device", "kvm"})
    void runsAsAModuleAndInAnImageOfItsOwn(String embedder) throws IOException, InterruptedException {
        Path sources = Programs.ROOT.resolve("conformance/src/test/resources/embedders/" + embedder);
        Path classes = directory.resolve("classes");
        Path main = sources.resolve("embedder/Main.java");
        run("javac", "--module-path", jars(), "-d", classes, sources.resolve("module-info.java"), main);
        String modulePath = classes + ":" + jars();
        assertReads42(Path.of(System.getProperty("java.home")), "--module-path", modulePath);

        assumeTrue(ToolProvider.findFirst("jlink").isPresent(), "no jlink in this Java: no image is made");
        Path image = directory.resolve("image");
        run("jlink", "--module-path", modulePath, "--add-modules", "embedder," + natives(), "--output", image);
        assertReads42(image);
    }

    private static void run(String tool, Object... arguments) {
        String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        assertEquals(0, ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, words), tool);
    }

    private void assertReads42(Path javaHome, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(javaHome + "/bin/java"));
        command.addAll(List.of(options));
        command.addAll(List.of("--add-modules", natives(), "-m", "embedder/embedder.Main", directory + "/socket"));
        Programs.Ended ended = Programs.run(command);
        assertEquals("42\n", ended.out(), ended::toString);
        assertEquals(0, ended.exitCode(), ended::toString);
    }

    /** Failsafe starts the tests from a jar that only names the class path. */
    private static String jars() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(classPath.split(":")).filter(JAR.asMatchPredicate()).collect(Collectors.joining(":"));
    }

    /** Modules that hold only a native library, so that no other module can require them. */
    private static String natives() {
        Path[] jars = Stream.of(jars().split(":")).map(Path::of).toArray(Path[]::new);
        return ModuleFinder.of(jars).findAll().stream()
                .map(module -> module.descriptor().name())
                .filter(name -> name.startsWith("io.netty.transport.epoll."))
                .collect(Collectors.joining(","));
    }
}
