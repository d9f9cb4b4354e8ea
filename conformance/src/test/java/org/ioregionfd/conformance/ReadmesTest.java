// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All Java that a Markdown file of the project shows compiles as it stands there, or stands in a source that is compiled. */
class ReadmesTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern NOT_OURS = Pattern.compile("(.*/)?(target|\\.git)/.*");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```java\n(.*?)^```$");
    private static final Pattern ANY_FENCE = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern INDENTED = Pattern.compile("(?m)(?:^    .*\n|^\n(?=    ))+");
    private static final Pattern LOOKS_LIKE_JAVA = Pattern.compile("(?m)^    +(@[A-Z]\\w+|public |import |.*\\) \\{$)");
    private static final Pattern CLASS = Pattern.compile("(?m)^(?:public )?(?:final )?class (\\w+)");

    @TempDir
    Path directory;

    @Test
    void everyFencedBlockCompilesAlone() throws IOException {
        List<String> blocks = texts(".md").stream()
                .flatMap(text -> FENCED.matcher(text).results())
                .map(block -> block.group(1))
                .toList();
        assertTrue(blocks.size() >= 2, "too few blocks to mean anything: " + blocks);
        for (String block : blocks) {
            MatchResult name = CLASS.matcher(block).results().findFirst().orElseThrow(() -> new AssertionError(block));
            Path source = Files.writeString(directory.resolve(name.group(1) + ".java"), block);
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            int status = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            null,
                            errors,
                            "-proc:none",
                            "-Xlint:all,-path",
                            "-Werror",
                            "-d",
                            directory + "",
                            source + "");
            assertEquals(0, status, errors.toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void everyIndentedBlockStandsInASource() throws IOException {
        List<String> blocks = texts(".md").stream()
                .map(text -> ANY_FENCE.matcher(text).replaceAll(""))
                .flatMap(text -> INDENTED.matcher(text).results())
                .map(MatchResult::group)
                .filter(block -> LOOKS_LIKE_JAVA.matcher(block).find())
                .map(String::strip)
                .toList();
        assertTrue(!blocks.isEmpty());
        List<String> sources = texts(".java");
        for (String block : blocks) {
            assertTrue(sources.stream().anyMatch(source -> source.contains(block)), "in no source: " + block);
        }
    }

    private static List<String> texts(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file ->
                            !NOT_OURS.matcher(ROOT.relativize(file).toString()).matches())
                    .map(ReadmesTest::text)
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
