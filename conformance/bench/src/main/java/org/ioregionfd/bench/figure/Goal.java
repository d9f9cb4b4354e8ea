// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

/**
 * What a figure should be.
 *
 * @param of what to compare with the limit
 * @param sense on which side of the limit it should lie
 * @param limit the limit; the limit itself is good enough
 */
public record Goal(Of of, Sense sense, double limit) {
    /** What is compared. */
    public enum Of {
        /** The median of the rounds' ratios, of the peer's over the baseline's. */
        RATIO,
        /** The peer's median, in the figure's unit. */
        VALUE
    }

    /** The good side of the limit. */
    public enum Sense {
        /** The limit or less. */
        AT_MOST,
        /** The limit or more. */
        AT_LEAST
    }

    /** A ratio of {@code limit} or less. */
    public static Goal ratioAtMost(double limit) {
        return new Goal(Of.RATIO, Sense.AT_MOST, limit);
    }

    /** A ratio of {@code limit} or more. */
    public static Goal ratioAtLeast(double limit) {
        return new Goal(Of.RATIO, Sense.AT_LEAST, limit);
    }

    /** A value of {@code limit} or less. */
    public static Goal valueAtMost(double limit) {
        return new Goal(Of.VALUE, Sense.AT_MOST, limit);
    }

    /** Whether {@code value}, a ratio or a value as {@link #of} has it, is good enough. */
    public boolean isMetBy(double value) {
        return switch (sense) {
            case AT_MOST -> value <= limit;
            case AT_LEAST -> value >= limit;
        };
    }
}
