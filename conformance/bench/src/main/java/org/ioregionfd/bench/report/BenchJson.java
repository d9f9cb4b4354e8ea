// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonSerializer;
import com.google.gson.annotations.SerializedName;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Goal;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Subject;
import org.jspecify.annotations.Nullable;

/** A run as JSON, as {@code bench.schema.json} has it. A subject's members are written by their names. */
public final class BenchJson {
    /** Of this form of the file. */
    private static final int FORMAT = 1;

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .registerTypeAdapter(Figure.class, (JsonSerializer<Figure>)
                    (figure, type, context) -> context.serialize(FigureMembers.of(figure)))
            .registerTypeAdapter(Distribution.class, (JsonSerializer<Distribution>)
                    (distribution, type, context) -> context.serialize(DistributionMembers.of(distribution)))
            .create();

    /** Percentiles that are told of every distribution: enough for a curve. */
    static final List<Double> PERCENTILES = List.of(
            0.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 85.0, 90.0, 92.5, 95.0, 97.5, 98.0, 99.0, 99.5,
            99.8, 99.9, 99.95, 99.98, 99.99, 99.999, 100.0);

    private BenchJson() {}

    private record RunMembers(int format, List<String> machine, List<String> conditions, List<Subject> subjects) {}

    private record FigureMembers(
            String id,
            String label,
            String unit,
            List<Double> peer,
            List<Double> baseline,
            @Nullable Double ratio,
            @Nullable GoalMembers goal,
            @Nullable Boolean met) {
        static FigureMembers of(Figure figure) {
            return new FigureMembers(
                    figure.id(),
                    figure.label(),
                    figure.unit().label(),
                    rounds(figure.peer()),
                    rounds(figure.baseline()),
                    figure.ratio().map(BenchJson::rounded).orElse(null),
                    figure.goal().map(GoalMembers::of).orElse(null),
                    figure.isGoalMet().orElse(null));
        }
    }

    private record GoalMembers(String of, String sense, double limit) {
        static GoalMembers of(Goal goal) {
            return new GoalMembers(word(goal.of()), word(goal.sense()), goal.limit());
        }

        private static String word(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private record DistributionMembers(
            String id,
            String label,
            long count,
            @SerializedName("percentiles_ns") List<List<Number>> percentiles) {
        static DistributionMembers of(Distribution distribution) {
            Histogram nanos = distribution.nanos();
            long count = nanos.getTotalCount();
            List<List<Number>> points = PERCENTILES.stream()
                    .map(share -> List.<Number>of(share, count == 0 ? 0L : nanos.getValueAtPercentile(share)))
                    .toList();
            return new DistributionMembers(distribution.id(), distribution.label(), count, points);
        }
    }

    /** The text of the file. */
    public static String of(BenchRun run) {
        return GSON.toJson(new RunMembers(FORMAT, run.machine(), run.conditions(), run.subjects())) + "\n";
    }

    private static List<Double> rounds(Series series) {
        return series.rounds().stream().map(BenchJson::rounded).toList();
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
