// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends waits for a peer that no longer answers, on a thread that otherwise sleeps. It interrupts the waiting thread, which
 * closes the channel on which that waits.
 */
public final class Watchdog implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    /** Something that waits for a peer. */
    @FunctionalInterface
    public interface Task<T> {
        /** Does it on the calling thread. */
        T run() throws IOException;
    }

    /** Runs {@code task}, for no longer than {@code atMost}; IOException if it took longer. */
    public <T> T watch(Duration atMost, Task<T> task) throws IOException {
        Thread watched = Thread.currentThread();
        ScheduledFuture<?> bite = timer.schedule(watched::interrupt, atMost.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return task.run();
        } catch (IOException e) {
            if (watched.isInterrupted()) {
                throw new IOException("no answer within " + atMost.toSeconds() + " s", e);
            }
            throw e;
        } finally {
            bite.cancel(false);
            Thread.interrupted();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
