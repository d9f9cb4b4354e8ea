// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.bench.measure;

import java.time.Duration;
import org.ioregionfd.conformance.bench.client.FastChannel.Waiting;

/**
 * How long is measured.
 *
 * @param rounds how often each measure is taken
 * @param slice how long it takes each time, on the peer and again on the baseline
 * @param warmUp how long the peer is given each measure beforehand; the baseline, where nothing has to be compiled, a quarter of it
 * @param waiting how the suite's end waits, and how the peer was told to
 */
public record BenchSettings(int rounds, Duration slice, Duration warmUp, Waiting waiting) {
    /** An odd number, so that a median is a round. */
    public static final BenchSettings FULL =
            new BenchSettings(9, Duration.ofMillis(60), Duration.ofMillis(1200), Waiting.ASLEEP);

    /** Less time for each, and just as many rounds as a median needs. */
    public static final BenchSettings QUICK =
            new BenchSettings(7, Duration.ofMillis(20), Duration.ofMillis(400), Waiting.ASLEEP);

    private static final int BASELINE_SHARE = 4;

    /** The same with another number of rounds. */
    public BenchSettings withRounds(int other) {
        return new BenchSettings(other, slice, warmUp, waiting);
    }

    /** The same with other times. */
    public BenchSettings withTimes(Duration otherSlice, Duration otherWarmUp) {
        return new BenchSettings(rounds, otherSlice, otherWarmUp, waiting);
    }

    /** The same for ends that wait like this. */
    public BenchSettings withWaiting(Waiting other) {
        return new BenchSettings(rounds, slice, warmUp, other);
    }

    /** How long the baseline is given each measure beforehand. */
    Duration warmUpBaseline() {
        return warmUp.dividedBy(BASELINE_SHARE);
    }

    /** In words, for a report. */
    public String inWords() {
        return "%d rounds of %d ms for each measure, after %d ms of warm-up"
                .formatted(rounds, slice.toMillis(), warmUp.toMillis());
    }
}
