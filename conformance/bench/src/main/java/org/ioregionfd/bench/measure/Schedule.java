// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.ioregionfd.bench.client.FastChannel.Waiting;
import org.ioregionfd.bench.client.Watchdog;
import org.ioregionfd.bench.host.IdleCheck;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * What is done when: a warm-up, and then rounds.
 *
 * @param settings how long, and how often
 * @param progress who is told what is being done; between two slices only, never while something is measured
 * @param watchdog who ends what takes too long
 */
public record Schedule(BenchSettings settings, Consumer<String> progress, Watchdog watchdog) {
    /** The reference peers rest at once after the third and the fourth part. */
    private static final int PARTS = 4;

    /** A compiler of the last stage is done in a few seconds; who still works then always does, and is measured as it is. */
    private static final Duration REST_WITHIN = Duration.ofSeconds(10);

    /** What is done again and again: a part of the warm-up by its time, or a round by its number. */
    interface Turn<T> {
        /** Takes each measure. */
        void take(T of) throws IOException, NotAttached;
    }

    /**
     * What comes before the first round: {@code part} as often as a warm-up has parts. After each of them {@code processes} may come
     * to rest: what they compile is ready for the next part, which then shows what else is hot. Those that poll never rest.
     */
    void warmUp(String name, List<PeerProcess> processes, Turn<Duration> part) throws IOException, NotAttached {
        progress.accept(name + ": warming up");
        for (int i = 0; i < PARTS; i++) {
            part.take(settings.warmUp().dividedBy(PARTS));
            if (settings.waiting() == Waiting.ASLEEP) {
                IdleCheck.await(processes, REST_WITHIN);
            }
        }
    }

    /** All rounds, from 1 on. */
    void rounds(String name, Turn<Integer> round) throws IOException, NotAttached {
        for (int number = 1; number <= settings.rounds(); number++) {
            progress.accept("%s: round %d of %d".formatted(name, number, settings.rounds()));
            round.take(number);
        }
    }
}
