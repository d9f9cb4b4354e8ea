// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.ioregionfd.bench.client.FastChannel.Waiting;
import org.ioregionfd.bench.host.Stillness;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * What comes before the first round. It has parts, after each of which the processes may come to rest: what they compile is
 * ready for the next part, which then shows what else is hot. Those that poll never rest.
 */
final class WarmUp {
    /** The reference peers rest at once after the third and the fourth. */
    private static final int PARTS = 4;

    /** A compiler of the last stage is done in a few seconds; who still works then always does, and is measured as it is. */
    private static final Duration REST_WITHIN = Duration.ofSeconds(10);

    private WarmUp() {}

    /** A part of it; {@code E} is what it throws besides. */
    interface Part<E extends Exception> {
        /** Gives the peer each measure for {@code time}. */
        void run(Duration time) throws IOException, E;
    }

    /** Runs {@code part} as often as a warm-up has parts, {@code settings.warmUp()} in all. */
    static <E extends Exception> void run(BenchSettings settings, List<PeerProcess> processes, Part<E> part)
            throws IOException, E {
        for (int i = 0; i < PARTS; i++) {
            part.run(settings.warmUp().dividedBy(PARTS));
            if (settings.waiting() == Waiting.ASLEEP) {
                Stillness.await(processes, REST_WITHIN);
            }
        }
    }
}
