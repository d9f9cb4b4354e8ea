// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What who embeds the KVM side may rely on. */
class PublicApiTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path ROOT = SOURCES.resolve("org/ioregionfd/kvm");

    /** What drives the bytes, for who writes a transport; ByteBuf is the one type of Netty's there. */
    private static final Set<String> MACHINERY =
            Set.of("KvmSide", "KvmHandshake", "KvmAccess", "ChannelCore", "ByteMover", "Call");

    private static final Pattern TYPE = Pattern.compile(
            "^ *public (?:static |abstract |sealed |non-sealed |final )*(?:class|interface|record|enum) (\\w+)");

    private static final Pattern METHOD = Pattern.compile("^    [\\w<].*\\(.*");

    private static List<Path> sources(String folder) {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> allSources() {
        return Stream.of("", "channel", "direct", "netty")
                .flatMap(folder -> sources(folder).stream())
                .toList();
    }

    private static Class<?> type(Path source) {
        String name = SOURCES.relativize(source).toString().replace(".java", "").replace('/', '.');
        try {
            return Class.forName(name, false, PublicApiTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> publicTypes(String folder) {
        return sources(folder).stream()
                .filter(file -> !file.toString().endsWith("-info.java"))
                .map(PublicApiTest::type)
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> lines(Path source) {
        try {
            return Files.readAllLines(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void isMadeOfTheseNames() {
        Set<String> forUsers = publicTypes("");
        forUsers.removeAll(MACHINERY);
        assertEquals(
                "AccessEnd AccessException AccessResult ChannelStatus ConfigurationException Failure HelloMode KvmChannel"
                        + " KvmCommand KvmEvent KvmObserver KvmPolicy KvmState KvmTransport Observation Outcome Policy"
                        + " SavedAgreement Saving",
                String.join(" ", forUsers));
        assertEquals("DirectTransport", String.join(" ", publicTypes("direct")));
        assertEquals("NettyTransport", String.join(" ", publicTypes("netty")));
    }

    @Test
    void namesNoTypeOfNettys() {
        Set<String> found = new TreeSet<>();
        for (Path source : allSources()) {
            if (source.toString().endsWith("-info.java")) {
                continue;
            }
            for (Class<?> type : withNested(type(source)).toList()) {
                Stream.concat(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()))
                        .filter(member -> Modifier.isPublic(member.getModifiers()))
                        .flatMap(PublicApiTest::typesOf)
                        .filter(name -> name.startsWith("io.netty."))
                        .forEach(name -> found.add(type.getSimpleName() + ": " + name));
            }
        }
        assertEquals(
                Set.of(
                        "ChannelCore: io.netty.buffer.ByteBuf",
                        "KvmHandshake: io.netty.buffer.ByteBuf",
                        "KvmSide: io.netty.buffer.ByteBuf"),
                found);
    }

    private static Stream<Class<?>> withNested(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                ? Stream.concat(Stream.of(type), Arrays.stream(type.getDeclaredClasses()))
                : Stream.empty();
    }

    private static Stream<String> typesOf(Executable member) {
        Stream<Class<?>> result = member instanceof Method method ? Stream.of(method.getReturnType()) : Stream.empty();
        return Stream.of(result, Arrays.stream(member.getParameterTypes()), Arrays.stream(member.getExceptionTypes()))
                .flatMap(types -> types)
                .map(Class::getName);
    }

    @Test
    void saysWhatEveryTypeIs() {
        Set<String> without = new TreeSet<>();
        int seen = 0;
        for (Path source : allSources()) {
            List<String> lines = lines(source);
            for (int i = 0; i < lines.size(); i++) {
                Matcher type = TYPE.matcher(lines.get(i));
                if (type.find()) {
                    seen++;
                    if (!isDocumented(lines, i)) {
                        without.add(type.group(1));
                    }
                }
            }
        }
        assertTrue(seen > 30, "found only " + seen);
        assertEquals(Set.of(), without);
    }

    /** Methods of an interface are the contract: each one says what it promises. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "KvmChannel.java",
                "KvmTransport.java",
                "KvmObserver.java",
                "channel/ByteMover.java",
                "KvmAccess.java"
            })
    void saysWhatEveryMethodPromises(String file) {
        List<String> lines = lines(ROOT.resolve(file));
        Set<String> without = new TreeSet<>();
        int seen = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean ofInterface = METHOD.matcher(line).matches() && line.endsWith(";") && !line.contains("=");
            boolean ofClass = line.startsWith("    public ") && line.endsWith("{") && line.contains("<T>");
            if (ofInterface || ofClass) {
                seen++;
                if (!isDocumented(lines, i) && !lines.get(i - 1).contains("@Override")) {
                    without.add(line.strip());
                }
            }
        }
        assertTrue(seen > 0);
        assertEquals(Set.of(), without);
    }

    /** Whether a comment stands before it and its annotations. */
    private static boolean isDocumented(List<String> lines, int index) {
        int before = index - 1;
        while (!lines.get(before).isBlank() && !lines.get(before).strip().endsWith("*/")) {
            before--;
        }
        return !lines.get(before).isBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".channel", ".direct", ".netty"})
    void handsOutNoNullThatIsNotSaid(String folder) throws ClassNotFoundException {
        Class<?> contract = Class.forName("org.ioregionfd.kvm" + folder + ".package-info");
        assertTrue(contract.isAnnotationPresent(NullMarked.class));
    }
}
