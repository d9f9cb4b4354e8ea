// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The figures that pages show are those that the bench has written. Between {@code <!-- figures: WHAT -->} and
 * {@code <!-- end -->} a page holds what stands in a file of {@code conformance/performance}; with
 * {@code -Dperformance.regenerate=true} it is written anew.
 */
class PerformancePageTest {
    private static final Path ROOT =
            Path.of("").toAbsolutePath().resolve("../..").normalize();
    private static final Path FIGURES = ROOT.resolve("conformance/performance");
    private static final boolean REGENERATE = Boolean.getBoolean("performance.regenerate");
    private static final Pattern BLOCK = Pattern.compile("(?s)(<!-- figures: (\\S+) -->).*?(<!-- end -->)");

    @ParameterizedTest
    @ValueSource(strings = {"conformance/PERFORMANCE.md", "README.md"})
    void aPageShowsWhatTheBenchHasWritten(String name) throws IOException {
        Path page = ROOT.resolve(name);
        String text = Files.readString(page);
        String fresh = fresh(text);
        assertTrue(BLOCK.matcher(text).find(), "no figures");
        if (REGENERATE) {
            Files.writeString(page, fresh);
        } else {
            assertEquals(fresh, text);
        }
    }

    @Test
    void theFilesAreOfTheFormThatTheBenchWrites() throws IOException {
        try (Stream<Path> files = Files.list(FIGURES)) {
            List<Path> all = files.toList();
            assertTrue(!all.isEmpty());
            for (Path file : all) {
                assertEquals(List.of(), Schema.faultsOf(Files.readString(file)), file::toString);
            }
        }
    }

    private static String fresh(String text) {
        return BLOCK.matcher(text)
                .replaceAll(block -> Matcher.quoteReplacement(block.group(1) + figures(block) + block.group(3)));
    }

    private static String figures(MatchResult block) {
        String what = block.group(2);
        return switch (what) {
            case "conditions" -> conditions();
            case "out-of-order" -> outOfOrder();
            default -> tables(what);
        };
    }

    /** What each file was measured on, and how: a list. */
    private static String conditions() {
        StringBuilder text = new StringBuilder("\n");
        for (String name : List.of("bench", "c", "polling", "order", "scale", "guest")) {
            BenchRun run = read(name);
            List<String> words = new ArrayList<>(run.machine());
            words.addAll(run.conditions());
            text.append("* `%s.json`: %s\n".formatted(name, String.join("; ", words)));
        }
        return text.toString();
    }

    private static String outOfOrder() {
        Figure fast = figureOfOrder("fast-out-of-order");
        Figure p99 = figureOfOrder("fast-p99-out-of-order");
        return String.format(
                Locale.ROOT,
                "%s times as many fast READs as version 1, and their p99 falls from %s to %s",
                Numbers.digits(fast.ratio().orElseThrow()),
                Numbers.median(p99.baseline(), p99.unit()),
                Numbers.median(p99.peer(), p99.unit()));
    }

    private static Figure figureOfOrder(String id) {
        return read("order").subjects().get(0).figures().stream()
                .filter(figure -> figure.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no figure " + id));
    }

    /** The subjects of a file, a table each. */
    private static String tables(String name) {
        StringBuilder text = new StringBuilder("\n");
        for (Subject subject : read(name).subjects()) {
            text.append("\n**%s**, beside %s\n\n".formatted(subject.title(), subject.baseline()));
            text.append("| | peer | baseline | ratio | middle half | goal |\n|---|--:|--:|--:|--:|---|\n");
            for (Figure figure : subject.figures()) {
                text.append("| %s |\n".formatted(String.join(" | ", Numbers.row(figure))));
            }
        }
        return text.append('\n').toString();
    }

    private static BenchRun read(String name) {
        try {
            return Measured.of(Files.readString(FIGURES.resolve(name + ".json")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
