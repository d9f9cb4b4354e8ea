// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Unit;

/**
 * One activity for a while, and its numbers. Keeps nothing between two times.
 *
 * @param <T> the object of the activity
 */
interface Measure<T> {
    /**
     * One of the numbers.
     *
     * @param id the same in every run
     * @param label in words
     */
    record Column(String id, String label, Unit unit) {}

    /** What the numbers are. */
    List<Column> columns();

    /** Does it for {@code nanos}, adds single durations to {@code into} if it has any, and gives a number for each column. */
    List<Double> take(T target, long nanos, Histogram into) throws IOException;
}
