// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Goal;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Unit;
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
        for (String name : List.of("bench", "c", "polling", "order", "scale")) {
            JsonObject run = read(name);
            List<String> words = new ArrayList<>();
            Stream.of("machine", "conditions")
                    .flatMap(list -> run.getAsJsonArray(list).asList().stream())
                    .forEach(word -> words.add(word.getAsString()));
            text.append("* `")
                    .append(name)
                    .append(".json`: ")
                    .append(String.join("; ", words))
                    .append('\n');
        }
        return text.toString();
    }

    private static String outOfOrder() {
        JsonObject order = read("order").getAsJsonArray("subjects").get(0).getAsJsonObject();
        Figure fast = figure(order, "fast-out-of-order");
        Figure p99 = figure(order, "fast-p99-out-of-order");
        return String.format(
                Locale.ROOT,
                "%s times as many fast READs as version 1, and their p99 falls from %s to %s",
                Numbers.digits(fast.ratio().orElseThrow()),
                Numbers.median(p99.baseline(), p99.unit()),
                Numbers.median(p99.peer(), p99.unit()));
    }

    /** The subjects of a file, a table each. */
    private static String tables(String name) {
        StringBuilder text = new StringBuilder("\n");
        for (JsonElement element : read(name).getAsJsonArray("subjects")) {
            JsonObject subject = element.getAsJsonObject();
            text.append("\n**").append(subject.get("title").getAsString()).append("**, beside ");
            text.append(subject.get("baseline").getAsString()).append("\n\n");
            text.append("| | peer | baseline | ratio | middle half | goal |\n|---|--:|--:|--:|--:|---|\n");
            for (JsonElement figure : subject.getAsJsonArray("figures")) {
                text.append(row(figure(figure.getAsJsonObject()))).append('\n');
            }
        }
        return text.append('\n').toString();
    }

    private static String row(Figure figure) {
        return "| "
                + String.join(
                        " | ",
                        figure.label(),
                        Numbers.median(figure.peer(), figure.unit()),
                        Numbers.median(figure.baseline(), figure.unit()),
                        Numbers.ratio(figure),
                        Numbers.spread(figure),
                        Numbers.goal(figure))
                + " |";
    }

    private static Figure figure(JsonObject subject, String id) {
        return subject.getAsJsonArray("figures").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(figure -> figure.get("id").getAsString().equals(id))
                .map(PerformancePageTest::figure)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no figure " + id));
    }

    private static Figure figure(JsonObject json) {
        return new Figure(
                json.get("id").getAsString(),
                json.get("label").getAsString(),
                Stream.of(Unit.values())
                        .filter(unit -> unit.label().equals(json.get("unit").getAsString()))
                        .findFirst()
                        .orElseThrow(),
                series(json, "peer"),
                series(json, "baseline"),
                Optional.ofNullable(json.getAsJsonObject("goal")).map(PerformancePageTest::goal));
    }

    private static Goal goal(JsonObject json) {
        return new Goal(
                Goal.Of.valueOf(name(json.get("of"))),
                Goal.Sense.valueOf(name(json.get("sense"))),
                json.get("limit").getAsDouble());
    }

    private static String name(JsonElement word) {
        return word.getAsString().toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static Series series(JsonObject json, String key) {
        return new Series(json.getAsJsonArray(key).asList().stream()
                .map(JsonElement::getAsDouble)
                .toList());
    }

    private static JsonObject read(String name) {
        try {
            return JsonParser.parseString(Files.readString(FIGURES.resolve(name + ".json")))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
