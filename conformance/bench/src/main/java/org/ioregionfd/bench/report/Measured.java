// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Goal;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.figure.Unit;

/** A run read back from its JSON, without the distributions. */
public final class Measured {
    private Measured() {}

    /** The run; a JsonParseException, IllegalStateException, NoSuchElementException or NullPointerException if it is none. */
    public static BenchRun of(String text) {
        JsonObject root = JsonParser.parseString(text).getAsJsonObject();
        List<Subject> subjects = new ArrayList<>();
        root.getAsJsonArray("subjects").forEach(subject -> subjects.add(subject(subject.getAsJsonObject())));
        return new BenchRun(strings(root, "machine"), strings(root, "conditions"), subjects);
    }

    private static Subject subject(JsonObject json) {
        List<Figure> figures = new ArrayList<>();
        json.getAsJsonArray("figures").forEach(figure -> figures.add(figure(figure.getAsJsonObject())));
        return new Subject(
                json.get("id").getAsString(),
                json.get("title").getAsString(),
                json.get("baseline").getAsString(),
                strings(json, "remarks"),
                figures,
                List.of());
    }

    private static Figure figure(JsonObject json) {
        Unit unit = Stream.of(Unit.values())
                .filter(one -> one.label().equals(json.get("unit").getAsString()))
                .findFirst()
                .orElseThrow();
        return new Figure(
                json.get("id").getAsString(),
                json.get("label").getAsString(),
                unit,
                series(json.getAsJsonArray("peer")),
                series(json.getAsJsonArray("baseline")),
                Optional.ofNullable(json.getAsJsonObject("goal")).map(Measured::goal));
    }

    private static Goal goal(JsonObject json) {
        return new Goal(
                Goal.Of.valueOf(json.get("of").getAsString().toUpperCase(Locale.ROOT)),
                Goal.Sense.valueOf(
                        json.get("sense").getAsString().toUpperCase(Locale.ROOT).replace('-', '_')),
                json.get("limit").getAsDouble());
    }

    private static Series series(JsonArray rounds) {
        List<Double> numbers = new ArrayList<>();
        rounds.forEach(number -> numbers.add(number.getAsDouble()));
        return new Series(numbers);
    }

    private static List<String> strings(JsonObject json, String name) {
        List<String> strings = new ArrayList<>();
        for (JsonElement element : json.getAsJsonArray(name)) {
            strings.add(element.getAsString());
        }
        return strings;
    }
}
