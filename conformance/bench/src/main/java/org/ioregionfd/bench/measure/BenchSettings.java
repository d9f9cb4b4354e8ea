// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.time.Duration;
import org.ioregionfd.bench.measure.FastChannel.Waiting;

/**
 * The lengths of a measurement.
 *
 * @param rounds how often each measure is taken
 * @param slice how long it takes each time, on the peer and again on the baseline
 * @param warmUp how long the peer is given each measure beforehand, in parts
 * @param restWithin how long it may take to rest after each part
 * @param waiting how the suite's end waits, and how the peer should wait
 */
public record BenchSettings(int rounds, Duration slice, Duration warmUp, Duration restWithin, Waiting waiting) {
    /**
     * A compiler of the last stage is done in a few seconds. A peer that is still busy then is always busy, and is measured as it
     * is.
     */
    private static final Duration REST_WITHIN = Duration.ofSeconds(10);

    /**
     * An odd number, so that a median is a round. A JVM's last compiler needs seconds for the code of event loops, on their
     * one processor here; with less warm-up, it is still at work while they are measured.
     */
    public static final BenchSettings FULL =
            new BenchSettings(9, Duration.ofMillis(60), Duration.ofMillis(4000), REST_WITHIN, Waiting.ASLEEP);

    /** Less time for each, and only as many rounds as a median needs. */
    public static final BenchSettings QUICK =
            new BenchSettings(7, Duration.ofMillis(20), Duration.ofMillis(400), REST_WITHIN, Waiting.ASLEEP);

    /** In words, for a report. */
    public String inWords() {
        return "%d rounds of %d ms for each measure, after %d ms of warm-up"
                .formatted(rounds, slice.toMillis(), warmUp.toMillis());
    }
}
