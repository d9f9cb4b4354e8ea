// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Unit;

/** What is told of many durations: the middle, the tail, and the longest. */
final class Percentiles {
    private static final List<Double> ALL = List.of(50.0, 90.0, 99.0, 99.9);
    private static final List<String> IDS = List.of("p50", "p90", "p99", "p999", "max");
    private static final List<String> LABELS = List.of("p50", "p90", "p99", "p99.9", "longest");

    private Percentiles() {}

    /** The columns, whose ids begin with {@code id} and whose labels begin with {@code label}. */
    static List<Measure.Column> columns(String id, String label) {
        List<Measure.Column> columns = new ArrayList<>();
        for (int i = 0; i < IDS.size(); i++) {
            columns.add(new Measure.Column(id + "-" + IDS.get(i), label + ", " + LABELS.get(i), Unit.NANOS));
        }
        return columns;
    }

    /** The numbers for these columns. */
    static List<Double> of(Histogram nanos) {
        List<Double> numbers = new ArrayList<>();
        ALL.forEach(percentile -> numbers.add((double) nanos.getValueAtPercentile(percentile)));
        numbers.add((double) nanos.getMaxValue());
        return numbers;
    }
}
