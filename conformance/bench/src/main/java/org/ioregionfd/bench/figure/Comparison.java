// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

import java.util.Optional;

/**
 * A figure of an earlier run beside the same one of a later run. Where both have a baseline, their ratios to it are compared, and
 * so runs on machines of another speed may be; otherwise the values.
 *
 * @param before of the earlier run
 * @param after of the later run
 */
public record Comparison(Figure before, Figure after) {
    /** Whether ratios are compared, and not values. */
    public boolean isOfRatios() {
        return before.ratio().isPresent() && after.ratio().isPresent();
    }

    /** Of the earlier run. */
    public Series old() {
        return isOfRatios() ? before.ratios() : before.peer();
    }

    /** Of the later run. */
    public Series now() {
        return isOfRatios() ? after.ratios() : after.peer();
    }

    /** The later median over the earlier one; empty where one of them is missing or not above 0. */
    public Optional<Double> factor() {
        return old().isEmpty() || now().isEmpty() || old().median() <= 0 || now().median() <= 0
                ? Optional.empty()
                : Optional.of(now().median() / old().median());
    }

    /** The least that the middle halves of both allow; there is a {@link #factor}. */
    public double least() {
        return now().lowerQuartile() / old().upperQuartile();
    }

    /** The most that they allow. */
    public double most() {
        return now().upperQuartile() / old().lowerQuartile();
    }

    /** Whether the middle halves do not meet. */
    public boolean isClear() {
        return factor().isPresent() && (least() > 1 || most() < 1);
    }
}
