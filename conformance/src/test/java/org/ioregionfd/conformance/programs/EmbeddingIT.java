// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** The libraries' jars, those, and what their user adds: the native part of epoll, a provider of SLF4J. */
    private static final Pattern JAR = Pattern.compile(
            ".*/(ioregionfd-(device|kvm|wire|transport)|netty-[a-z-]+|slf4j-(api|nop))-[0-9][^/]*\\.jar");

    private static final String EMBEDDERS = "conformance/src/test/resources/embedders/";

    /** A class that Netty 4.1 does not have. */
    private static final Pattern NEW_IN_4_2 =
            Pattern.compile("io/netty/channel/.*Io(EventLoop|Handler|Handle|Registration).*");

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

    /** Each embedder performs one READ over a Unix socket, and prints what it gave, and nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"device", "kvm"})
    void runsAsAModuleAndInAnImageOfItsOwn(String embedder) throws IOException, InterruptedException {
        Path classes = directory.resolve("classes");
        Path sources = Programs.ROOT.resolve(EMBEDDERS + embedder);
        run(
                "javac",
                "--module-path",
                path(jars()),
                "-d",
                classes,
                sources.resolve("module-info.java"),
                sources.resolve("embedder/Main.java"));
        String modulePath = classes + ":" + path(jars());
        Path home = Path.of(System.getProperty("java.home"));
        List<String> options = nativeAccess("io.netty.common");
        assertReads42(ended(home, options, "--module-path", modulePath, "-m", "embedder/embedder.Main"));

        assumeTrue(ToolProvider.findFirst("jlink").isPresent(), "no jlink in this Java: no image is made");
        Path image = directory.resolve("image");
        String added = options.isEmpty() ? "-Dnone=none" : String.join(" ", options);
        run(
                "jlink",
                "--module-path",
                modulePath,
                "--add-modules",
                "embedder,org.slf4j.nop",
                "--add-options=" + added,
                "--output",
                image);
        assertReads42(ended(image, List.of(), "-m", "embedder/embedder.Main"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"device", "kvm"})
    void runsOnTheClassPath(String embedder) throws IOException, InterruptedException {
        assertReads42(onTheClassPath(embedder, jars()));
    }

    /** Another library beside it brings an older Netty, whole or in part. */
    @ParameterizedTest
    @CsvSource({"device,netty-transport", "kvm,netty-transport", "device,netty-common", "kvm,netty-common"})
    void saysWhichNettyIsTooOld(String embedder, String old) throws IOException, InterruptedException {
        List<Path> jars = new ArrayList<>(jars());
        jars.replaceAll(jar -> jar.getFileName().toString().matches(old + "-4.*") ? older(jar, old) : jar);

        Programs.Ended ended = onTheClassPath(embedder, jars);

        assertEquals(
                "Exception in thread \"main\" java.io.IOException: no epoll: Netty 4.2 is needed, and here is " + old
                        + " 4.1.118.Final",
                ended.err().lines().findFirst().orElse(""));
    }

    /** A program whose class path has an older Netty before its own. */
    @Test
    void programsToo() throws IOException, InterruptedException {
        Path jar = jars().stream()
                .filter(j -> j.getFileName().toString().matches("netty-transport-4.*"))
                .findFirst()
                .orElseThrow();
        String classPath = older(jar, "netty-transport") + ":" + Programs.DEVICE_JAR;
        List<String> serve = List.of("serve", "--transport", "netty", "--unix", directory + "/socket");
        List<String> command = Programs.java("-cp", classPath, "org.ioregionfd.device.cli.DeviceMain");
        command.addAll(serve);

        assertEquals(
                new Programs.Ended(
                        3,
                        "",
                        "ioregionfd-device: no epoll: Netty 4.2 is needed, and here is netty-transport 4.1.118.Final;"
                                + " use the transport direct\n"),
                Programs.run(command));
    }

    @ParameterizedTest
    @CsvSource({"device,false", "kvm,false", "device,true", "kvm,true"})
    void saysWhichNativePartIsMissing(String embedder, boolean hasAnother) throws IOException, InterruptedException {
        String here = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
        String other = here.equals("x86_64") ? "aarch_64" : "x86_64";
        List<Path> jars = jars().stream()
                .filter(jar -> !jar.toString().endsWith(here + ".jar"))
                .filter(jar -> hasAnother || !jar.toString().endsWith(other + ".jar"))
                .toList();

        Programs.Ended ended = onTheClassPath(embedder, jars);

        assertEquals(
                "Exception in thread \"main\" java.io.IOException: no epoll: the native part of Netty for linux-" + here
                        + " is missing" + (hasAnother ? ", and that for linux-" + other + " is of no use here" : "")
                        + ": add netty-transport-native-epoll with that classifier",
                ended.err().lines().findFirst().orElse(""));
    }

    private Programs.Ended onTheClassPath(String embedder, List<Path> jars) throws IOException, InterruptedException {
        Path classes = directory.resolve("classes");
        Path main = Programs.ROOT.resolve(EMBEDDERS + embedder).resolve("embedder/Main.java");
        run("javac", "-cp", path(jars()), "-d", classes, main);
        Path home = Path.of(System.getProperty("java.home"));
        return ended(home, nativeAccess("ALL-UNNAMED"), "-cp", classes + ":" + path(jars), "embedder.Main");
    }

    /** The option that the READMEs name; JDKs before 24 need none. */
    private static List<String> nativeAccess(String module) {
        return Runtime.version().feature() < 24 ? List.of() : List.of("--enable-native-access=" + module);
    }

    /** The same jar as Netty 4.1 has it: with its version, without what is new in 4.2. */
    private Path older(Path jar, String name) {
        Path copy = directory.resolve("older.jar");
        try (JarFile from = new JarFile(jar.toFile());
                JarOutputStream to = new JarOutputStream(Files.newOutputStream(copy))) {
            for (JarEntry entry : Collections.list(from.entries())) {
                if (!NEW_IN_4_2.matcher(entry.getName()).matches()) {
                    to.putNextEntry(new JarEntry(entry.getName()));
                    if (entry.getName().equals("META-INF/io.netty.versions.properties")) {
                        to.write((name + ".version=4.1.118.Final\n").getBytes(StandardCharsets.US_ASCII));
                    } else {
                        from.getInputStream(entry).transferTo(to);
                    }
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String tool, Object... arguments) {
        String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        assertEquals(0, ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, words), tool);
    }

    private Programs.Ended ended(Path javaHome, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(javaHome + "/bin/java"));
        command.addAll(options);
        command.addAll(List.of(arguments));
        command.add(directory + "/socket");
        return Programs.run(command);
    }

    /** No line of SLF4J's and no warning of Java's is beside it. */
    private static void assertReads42(Programs.Ended ended) {
        assertEquals(new Programs.Ended(0, "42\n", ""), ended);
    }

    /** Failsafe starts the tests from a jar that only names the class path. */
    private static List<Path> jars() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(classPath.split(":", -1))
                .filter(JAR.asMatchPredicate())
                .map(Path::of)
                .toList();
    }

    private static String path(List<Path> jars) {
        return jars.stream().map(Path::toString).collect(Collectors.joining(":"));
    }
}
