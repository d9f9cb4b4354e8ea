// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples compile, and do what the README says. */
class ReadmeTest {
    private static final int LINES_MAX = 30;
    private static final Pattern BLOCK = Pattern.compile("(?s)\n```java\n(.*?)```\n");
    private static final Pattern CLASS_NAME = Pattern.compile("(?m)^final class (\\w+)");

    @TempDir
    private static Path classes;

    @TempDir
    private Path directory;

    @BeforeAll
    static void compilesEveryBlock() throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertEquals(1, blocks.size());
        for (String block : blocks) {
            assertTrue(block.lines().count() <= LINES_MAX, "the example is too long");
            Path source = Files.writeString(classes.resolve(nameOf(block) + ".java"), block);
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            int status = ToolProvider.getSystemJavaCompiler()
                    .run(null, null, errors, "-proc:none", "-d", classes.toString(), source.toString());
            assertEquals(0, status, errors.toString(StandardCharsets.UTF_8));
        }
    }

    private static String nameOf(String block) {
        Matcher name = CLASS_NAME.matcher(block);
        assertTrue(name.find());
        return name.group(1);
    }

    private static Object readRegister(Path socket) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
            Method example = loader.loadClass("ReadRegister").getDeclaredMethod("readRegister", Path.class);
            example.setAccessible(true);
            return example.invoke(null, socket);
        }
    }

    @Test
    void asksForTheVersionsThatThisIsBuiltWith() throws IOException {
        Path pom = Path.of("../pom.xml");
        assertEquals(
                Stream.of("revision", "netty.version", "slf4j.version")
                        .flatMap(name -> values(name, pom).stream())
                        .toList(),
                values("version", Path.of("README.md")));
    }

    private static List<String> values(String tag, Path file) {
        try {
            return Pattern.compile("<" + tag + ">(.*)</" + tag + ">")
                    .matcher(Files.readString(file))
                    .results()
                    .map(value -> value.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void readsARegister() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
            p.handshake(0x42);
            p.drain();
        })) {
            assertEquals(
                    "42, version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 16", readRegister(peer.path()));
        }
    }

    @Test
    void tellsWhatIsKnownOfAnAccessThatWasNotAnswered() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, ScriptedPeer::frame)) {
            assertEquals(
                    "may have been executed: the peer closed the channel (state hello-sent)",
                    readRegister(peer.path()));
        }
    }
}
