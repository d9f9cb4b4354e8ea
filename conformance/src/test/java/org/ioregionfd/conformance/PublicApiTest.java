// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The API on which an embedder of a peer may rely. The compiler makes sure that no module exports a type that its user cannot
 * name.
 */
class PublicApiTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

    private static final String TYPE =
            "public (?:static |abstract |sealed |non-sealed |final )*(?:class|interface|record|enum) \\w+";

    /** Of an interface, or one that a user's chain of calls begins with. */
    private static final String METHOD = "(?:[\\w<][^\\n=]*\\([^\\n=]*;|public [^\\n]*<T> \\w+\\([^\\n]*\\{)\\n";

    private static Stream<JavaClass> publicTypes(String packages) {
        return new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests()).importPackages(packages).stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC));
    }

    private static String names(Stream<JavaClass> types) {
        return String.join(" ", types.map(JavaClass::getSimpleName).collect(toCollection(TreeSet::new)));
    }

    @Test
    void whoUsesTheKvmSideNeedsTheseNames() {
        Set<String> machinery = Set.of("KvmSide", "KvmHandshake", "KvmAccess");
        assertEquals(
                "AccessEnd AccessException AccessQueue AccessResult ChannelStatus ConfigurationException Failure HelloMode KvmChannel"
                        + " KvmCommand KvmEvent KvmObserver KvmPolicy KvmState KvmTransport Observation Outcome Policy"
                        + " SavedAgreement Saving",
                names(publicTypes("org.ioregionfd.kvm")
                        .filter(type -> type.getPackageName().equals("org.ioregionfd.kvm"))
                        .filter(type -> type.getEnclosingClass().isEmpty())
                        .filter(type -> !machinery.contains(type.getSimpleName()))));
        assertEquals("DirectTransport", names(publicTypes("org.ioregionfd.kvm.direct")));
        assertEquals("NettyTransport", names(publicTypes("org.ioregionfd.kvm.netty")));
    }

    /** A user who writes no transport needs no type of Netty. */
    @Test
    void onlyMachinesTakeBuffers() {
        Stream<JavaClass> types = Stream.of("org.ioregionfd.device", "org.ioregionfd.kvm")
                .flatMap(PublicApiTest::publicTypes)
                .filter(type -> type.getCodeUnits().stream()
                        .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
                        .anyMatch(member -> member.reflect().toString().contains("io.netty.")));
        assertEquals("ChannelCore DeviceChannel DeviceHandshake KvmHandshake KvmSide ServedChannel", names(types));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference-device-side", "reference-kvm-side"})
    void saysWhatEveryTypeIs(String library) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(library).resolve("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertDocumented("(?m)^ *", TYPE, file);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"KvmChannel", "AccessQueue", "KvmTransport", "KvmObserver", "channel/ByteMover", "KvmAccess"})
    void saysWhatEveryMethodPromises(String type) throws IOException {
        Path file = ROOT.resolve("reference-kvm-side/src/main/java/org/ioregionfd/kvm/" + type + ".java");
        assertFalse(assertDocumented("(?m)^    ", METHOD, file).isEmpty());
    }

    /** Before each there is a comment, with nothing but annotations in between. */
    private static List<String> assertDocumented(String before, String what, Path file) throws IOException {
        String text = Files.readString(file);
        List<String> all = found(before + "(" + what + ")", text);
        assertEquals(all, found("\\*/\\s+(?:@[\\w.]+(?:\\([^)]*\\))?\\s+)*(" + what + ")", text), file.toString());
        return all;
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
