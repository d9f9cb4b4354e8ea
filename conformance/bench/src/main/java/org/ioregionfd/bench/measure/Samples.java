// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Series;

/** The results of the rounds of one measure, for the peer or for the baseline. */
final class Samples {
    private final Histogram nanos = Distribution.newHistogram();
    private final List<Series> columns = new ArrayList<>();

    /** All single durations. */
    Histogram nanos() {
        return nanos;
    }

    /** Takes a round's numbers, one for each column. */
    void add(List<Double> numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            if (columns.size() == i) {
                columns.add(Series.EMPTY);
            }
            columns.set(i, columns.get(i).with(numbers.get(i)));
        }
    }

    /** A figure for each column, beside those of {@code baseline}, which may hold nothing. */
    List<Figure> figures(List<Measure.Column> names, Samples baseline) {
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Measure.Column column = names.get(i);
            figures.add(new Figure(column.id(), column.label(), column.unit(), series(i), baseline.series(i)));
        }
        return figures;
    }

    private Series series(int column) {
        return column < columns.size() ? columns.get(column) : Series.EMPTY;
    }
}
