// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One number for each round, in the order of the rounds. Immutable.
 *
 * @param rounds may be empty; then nothing was measured, and there is no median
 */
public record Series(List<Double> rounds) {
    /** Nothing was measured. */
    public static final Series EMPTY = new Series(List.of());

    public Series {
        rounds = List.copyOf(rounds);
    }

    /** Whether nothing was measured. */
    public boolean isEmpty() {
        return rounds.isEmpty();
    }

    /** The same with another round. */
    public Series with(double value) {
        List<Double> more = new ArrayList<>(rounds);
        more.add(value);
        return new Series(more);
    }

    /** The middle one, or the mean of the two in the middle. IllegalStateException if nothing was measured. */
    public double median() {
        return quantile(0.5);
    }

    /** The value below which a quarter of the rounds lies; between two rounds, their weighted mean. */
    public double lowerQuartile() {
        return quantile(0.25);
    }

    /** The value below which three quarters of the rounds lie. */
    public double upperQuartile() {
        return quantile(0.75);
    }

    /** Each round divided by the same round of {@code other}; as many as the shorter one has. */
    public Series over(Series other) {
        return new Series(IntStream.range(0, Math.min(rounds.size(), other.rounds.size()))
                .mapToObj(i -> rounds.get(i) / other.rounds.get(i))
                .toList());
    }

    private double quantile(double share) {
        if (rounds.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        List<Double> sorted = rounds.stream().sorted().toList();
        double place = share * (sorted.size() - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }
}
