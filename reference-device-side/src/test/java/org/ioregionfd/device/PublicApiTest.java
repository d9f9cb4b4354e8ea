// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.device.server.ChannelObserver;
import org.ioregionfd.device.server.ServedChannel;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What users of the library can rely on. */
class PublicApiTest {
    private static final Path SOURCES =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("src/main/java");

    /** The machines without I/O, and what a transport puts around them: bytes are ByteBufs there. */
    private static final Set<Class<?>> MACHINES =
            Set.of(DeviceChannel.class, DeviceHandshake.class, ServedChannel.class);

    private static final Pattern PUBLIC_TYPE =
            Pattern.compile(" *public (?:abstract |final |sealed |static )*(?:class|interface|enum|record) .*");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Class<?>> publicClasses() throws IOException, ClassNotFoundException {
        List<Class<?>> classes = new ArrayList<>();
        for (Path source : sources()) {
            String name =
                    SOURCES.relativize(source).toString().replace('/', '.').replaceFirst("\\.java$", "");
            if (!name.endsWith("-info")) {
                addPublic(Class.forName(name), classes);
            }
        }
        return classes;
    }

    private static void addPublic(Class<?> type, List<Class<?>> classes) {
        if (Modifier.isPublic(type.getModifiers())) {
            classes.add(type);
            for (Class<?> member : type.getDeclaredClasses()) {
                addPublic(member, classes);
            }
        }
    }

    @Test
    void namesNoTypeOfNettyButTheBufferOfTheMachines() throws IOException, ClassNotFoundException {
        Set<String> named = new TreeSet<>();
        for (Class<?> type : publicClasses()) {
            for (Type used : typesOf(type)) {
                boolean bufferOfAMachine = used == ByteBuf.class && MACHINES.contains(type);
                if (used.getTypeName().contains("io.netty.") && !bufferOfAMachine) {
                    named.add(type.getName() + " names " + used.getTypeName());
                }
            }
        }
        assertEquals(Set.of(), named);
    }

    private static List<Type> typesOf(Class<?> type) {
        List<Type> types = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                types.add(method.getGenericReturnType());
                addParameters(method, types);
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (Modifier.isPublic(constructor.getModifiers())) {
                addParameters(constructor, types);
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                types.add(field.getGenericType());
            }
        }
        return types;
    }

    private static void addParameters(Executable executable, List<Type> types) {
        types.addAll(Arrays.asList(executable.getGenericParameterTypes()));
    }

    /** What a user implements has one method each. */
    @Test
    void asksUsersForOneMethodAtATime() {
        for (Class<?> type : List.of(Device.class, ChannelObserver.class)) {
            long methods = Arrays.stream(type.getMethods())
                    .filter(method -> Modifier.isAbstract(method.getModifiers()))
                    .count();
            assertEquals(1, methods, type.getName());
        }
    }

    @Test
    void documentsEveryPublicType() throws IOException {
        List<String> undocumented = new ArrayList<>();
        for (Path source : sources()) {
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (PUBLIC_TYPE.matcher(lines.get(i)).matches() && !isDocumented(lines, i)) {
                    undocumented.add(source.getFileName() + ": " + lines.get(i).strip());
                }
            }
        }
        assertEquals(List.of(), undocumented);
    }

    /** Whether a comment stands before the annotations of a type. */
    private static boolean isDocumented(List<String> lines, int declaration) {
        int before = declaration - 1;
        while (lines.get(before).strip().startsWith("@")
                || lines.get(before).strip().startsWith("\"")) {
            before--;
        }
        return lines.get(before).endsWith("*/");
    }

    /** References are not null unless they say so. */
    @Test
    void marksEveryPackageForNulls() throws IOException, ClassNotFoundException {
        Set<String> packages = new TreeSet<>();
        for (Class<?> type : publicClasses()) {
            packages.add(type.getPackageName());
        }
        assertTrue(packages.contains("org.ioregionfd.device.server"));
        for (String name : packages) {
            Class<?> contract = Class.forName(name + ".package-info");
            assertTrue(contract.isAnnotationPresent(NullMarked.class), name);
        }
    }
}
