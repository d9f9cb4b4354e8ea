// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ioregionfd.bench.measure.FastChannel.Waiting;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * The order of work: a warm-up, and then rounds.
 *
 * @param settings how long, and how often
 * @param progress gets the present step; only between two slices, never while something is measured
 * @param watchdog ends a step that takes too long
 */
public record Schedule(BenchSettings settings, Consumer<String> progress, Watchdog watchdog) {
    /** The reference peers rest at once after the third and the fourth part. */
    private static final int PARTS = 4;

    /** A repeated step: a part of the warm-up, with its time, or a round, with its number. */
    interface Turn<T> {
        /** Takes each measure. */
        void take(T of) throws IOException, NotAttached;
    }

    /**
     * The warm-up before the first round: {@code part} as often as a warm-up has parts. After each part {@code processes} may
     * come to rest, so that their compiled code is ready for the next part, which then makes more code hot. Polling processes
     * never rest.
     *
     * @return a remark for the reader, if they did not come to rest
     */
    Optional<String> warmUp(String name, List<PeerProcess> processes, Turn<Duration> part)
            throws IOException, NotAttached {
        progress.accept(name + ": warming up");
        int restless = 0;
        for (int i = 0; i < PARTS; i++) {
            part.take(settings.warmUp().dividedBy(PARTS));
            if (settings.waiting() == Waiting.ASLEEP && !IdleCheck.await(processes, settings.restWithin())) {
                restless++;
            }
        }
        return restless == 0
                ? Optional.empty()
                : Optional.of(
                        "NOT AT REST: the peer or the suite still took processor time %d s after %d of %d parts of the warm-up"
                                .formatted(settings.restWithin().toSeconds(), restless, PARTS));
    }

    /** All rounds, from 1 on. */
    void rounds(String name, Turn<Integer> round) throws IOException, NotAttached {
        for (int number = 1; number <= settings.rounds(); number++) {
            progress.accept("%s: round %d of %d".formatted(name, number, settings.rounds()));
            round.take(number);
        }
    }
}
