// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Goal;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Subject;

/** A run as JSON, as {@code bench.schema.json} has it. */
public final class BenchJson {
    /** Of this form of the file. */
    private static final int FORMAT = 1;

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** Percentiles that are told of every distribution: enough for a curve. */
    static final List<Double> PERCENTILES = List.of(
            0.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 85.0, 90.0, 92.5, 95.0, 97.5, 98.0, 99.0, 99.5,
            99.8, 99.9, 99.95, 99.98, 99.99, 99.999, 100.0);

    private BenchJson() {}

    /** The text of the file. */
    public static String of(BenchRun run) {
        JsonObject root = new JsonObject();
        root.addProperty("format", FORMAT);
        root.add("machine", strings(run.machine()));
        root.add("conditions", strings(run.conditions()));
        JsonArray subjects = new JsonArray();
        run.subjects().forEach(subject -> subjects.add(subject(subject)));
        root.add("subjects", subjects);
        return GSON.toJson(root) + "\n";
    }

    private static JsonObject subject(Subject subject) {
        JsonObject json = new JsonObject();
        json.addProperty("id", subject.id());
        json.addProperty("title", subject.title());
        json.addProperty("baseline", subject.baseline());
        json.add("remarks", strings(subject.remarks()));
        JsonArray figures = new JsonArray();
        subject.figures().forEach(figure -> figures.add(figure(figure)));
        json.add("figures", figures);
        JsonArray distributions = new JsonArray();
        subject.distributions().forEach(distribution -> distributions.add(distribution(distribution)));
        json.add("distributions", distributions);
        return json;
    }

    private static JsonObject figure(Figure figure) {
        JsonObject json = new JsonObject();
        json.addProperty("id", figure.id());
        json.addProperty("label", figure.label());
        json.addProperty("unit", figure.unit().label());
        json.add("peer", rounds(figure.peer()));
        json.add("baseline", rounds(figure.baseline()));
        figure.ratio().ifPresent(ratio -> json.addProperty("ratio", rounded(ratio)));
        figure.goal().ifPresent(goal -> json.add("goal", goal(goal)));
        figure.isGoalMet().ifPresent(met -> json.addProperty("met", met));
        return json;
    }

    private static JsonObject goal(Goal goal) {
        JsonObject json = new JsonObject();
        json.addProperty("of", goal.of().name().toLowerCase(Locale.ROOT));
        json.addProperty("sense", goal.sense().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.addProperty("limit", goal.limit());
        return json;
    }

    private static JsonObject distribution(Distribution distribution) {
        Histogram nanos = distribution.nanos();
        JsonObject json = new JsonObject();
        json.addProperty("id", distribution.id());
        json.addProperty("label", distribution.label());
        json.addProperty("count", nanos.getTotalCount());
        JsonArray points = new JsonArray();
        for (double percentile : PERCENTILES) {
            JsonArray point = new JsonArray();
            point.add(percentile);
            point.add(nanos.getTotalCount() == 0 ? 0 : nanos.getValueAtPercentile(percentile));
            points.add(point);
        }
        json.add("percentiles_ns", points);
        return json;
    }

    private static JsonArray rounds(Series series) {
        JsonArray array = new JsonArray();
        series.rounds().forEach(value -> array.add(rounded(value)));
        return array;
    }

    private static JsonArray strings(List<String> list) {
        JsonArray array = new JsonArray();
        list.forEach(array::add);
        return array;
    }

    /** Four digits are more than any figure is worth. */
    private static double rounded(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return 0;
        }
        double scale = Math.pow(10, 4 - Math.ceil(Math.log10(Math.abs(value))));
        return scale >= 1 ? Math.round(value * scale) / scale : Math.round(value);
    }
}
