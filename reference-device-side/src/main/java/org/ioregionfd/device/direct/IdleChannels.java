// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches the channels of a server that have nothing to say, all from one thread, and gives a channel a thread again as soon as
 * there is something to read. For any thread.
 */
final class IdleChannels {
    private final Consumer<ChannelLoop> resume;
    private final Queue<ChannelLoop> arriving = new ConcurrentLinkedQueue<>();

    /** Confined to the watching thread. */
    private final Set<ChannelLoop> watched = new HashSet<>();

    // Guarded by this.
    private @Nullable Selector selector;
    private @Nullable Thread thread;

    private volatile boolean closed;

    /** {@code resume} gives a channel a thread; it gets each channel once for each {@link #watch}. */
    IdleChannels(Consumer<ChannelLoop> resume) {
        this.resume = resume;
    }

    /** Watches a channel that has no thread any more; false if that cannot be done. */
    synchronized boolean watch(ChannelLoop loop) {
        if (closed) {
            return false;
        }
        try {
            Selector watching = selector == null ? start() : selector;
            arriving.add(loop);
            watching.wakeup();
            return true;
        } catch (IOException e) {
            return false; // too few descriptors: the channel keeps its thread
        }
    }

    private Selector start() throws IOException {
        Selector watching = Selector.open();
        selector = watching;
        thread = new Thread(() -> run(watching), "ioregionfd idle channels");
        thread.start();
        return watching;
    }

    /** Gives all channels a thread, or what is left of one, and waits for that no longer than {@code nanos}. */
    void close(long nanos) {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            if (selector != null) {
                selector.wakeup();
            }
        }
        try {
            if (running != null && running != Thread.currentThread()) {
                TimeUnit.NANOSECONDS.timedJoin(running, Math.max(1, nanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Selector watching) {
        List<ChannelLoop> ready = new ArrayList<>();
        try (watching) {
            while (!closed) {
                watching.select(key -> take(key, ready));
                // only a second look forgets the keys that the first has cancelled
                while (!ready.isEmpty() && watching.selectNow(key -> take(key, ready)) > 0) {
                    Thread.onSpinWait();
                }
                ready.forEach(resume);
                ready.clear();
                register(watching);
            }
        } catch (IOException e) {
            closed = true;
        }
        synchronized (this) {
            watched.addAll(arriving);
        }
        watched.forEach(ChannelLoop::keepThread);
        watched.forEach(resume);
    }

    private void take(SelectionKey key, List<ChannelLoop> ready) {
        ChannelLoop loop = (ChannelLoop) key.attachment();
        key.cancel();
        watched.remove(loop);
        ready.add(loop);
    }

    private void register(Selector watching) {
        ChannelLoop loop = arriving.poll();
        while (loop != null) {
            try {
                loop.register(watching);
                watched.add(loop);
            } catch (ClosedChannelException | CancelledKeyException e) {
                resume.accept(loop); // it was closed meanwhile
            }
            loop = arriving.poll();
        }
    }
}
