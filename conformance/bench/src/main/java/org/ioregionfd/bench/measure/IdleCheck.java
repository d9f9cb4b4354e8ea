// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * Whether programs that nobody talks to are at rest. A JVM goes on compiling what a warm-up has made hot, on the processor on
 * which it is measured next.
 */
public final class IdleCheck {
    /** The kernel counts processor time in hundredths of a second: a look after less sees nothing. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** A twentieth of the time is what programs at rest take for their clocks. */
    private static final Duration AT_REST_MAX = LOOK_EVERY.dividedBy(20);

    private IdleCheck() {}

    /** Waits until {@code peers} and this program rest, but no longer than {@code atMost}; false where one does not. */
    public static boolean await(List<PeerProcess> peers, Duration atMost) throws IOException {
        long startNanos = System.nanoTime();
        Duration before = processorTime(peers);
        while (System.nanoTime() - startNanos < atMost.toNanos()) {
            pause(LOOK_EVERY);
            Duration now = processorTime(peers);
            if (now.minus(before).compareTo(AT_REST_MAX) <= 0) {
                return true;
            }
            before = now;
        }
        return false;
    }

    private static Duration processorTime(List<PeerProcess> peers) {
        return Stream.concat(peers.stream().flatMap(PeerProcess::handles), Stream.of(ProcessHandle.current()))
                .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** Does nothing for {@code time}. */
    static void pause(Duration time) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
