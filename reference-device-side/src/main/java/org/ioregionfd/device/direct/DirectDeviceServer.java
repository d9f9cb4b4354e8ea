// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.DirectChannel;
import org.ioregionfd.attach.DirectListener;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.device.server.Acceptor;
import org.ioregionfd.device.server.Acceptors;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.ServedChannels;
import org.ioregionfd.device.server.ServerCounters;
import org.ioregionfd.device.server.ServerOptions;

/**
 * Serves devices with a thread for each channel: for few channels, with the shortest path from a command to its answer.
 * Devices and observers are called from these threads. Of more than a few channels, one that says nothing for a second has no thread
 * until it says something, where the JDK's own sockets carry it.
 */
public final class DirectDeviceServer implements DeviceServer {
    /** A thread whose channel was closed ends well within this time, unless a device holds it; then nobody waits longer. */
    private static final long SHUTDOWN_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(750);

    /** A channel's thread calls a device and little else; the system gives it pages as it needs them. */
    private static final long STACK_BYTES = 256 << 10;

    /**
     * How long a thread whose channel has ended waits for another channel, because a new thread takes longer than a
     * handshake.
     */
    private static final long IDLE_SECONDS = 2;

    /** So many threads may wait for silent channels, each for a second: a bound for a rush of channels that come and say little. */
    private static final int WAITERS_MAX = 256;

    /**
     * So many threads may sleep in the read itself, half of them for new channels. They are as many as channels must be served
     * [DEV-004], and the bound of the memory for threads that have nothing to do.
     */
    private static final int SLEEPERS_MAX = 64;

    private final ServedChannels served;
    private final Waiting waiting;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor channelThreads;
    private final Workers workers = new Workers();
    private final IdleChannels idle = new IdleChannels(this::run);
    private final ChannelLoop.Waits waits;
    private final Acceptors acceptors = new Acceptors();
    private final Set<ChannelLoop> loops = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private DirectDeviceServer(ServerOptions options, Waiting waiting) {
        served = new ServedChannels(options);
        // the threads are the server's own
        this.waiting = waiting == Waiting.BLOCK ? Waiting.UNINTERRUPTED : waiting;
        channelThreads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "ioregionfd deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        waits = new ChannelLoop.Waits(
                this.waiting,
                new Semaphore(Waiting.pollersMax()),
                new Semaphore(WAITERS_MAX),
                new Semaphore(SLEEPERS_MAX / 2),
                new Semaphore(SLEEPERS_MAX / 2),
                workers,
                timer);
    }

    /** A server that serves nothing yet, and whose threads sleep while there is nothing to do. */
    public static DirectDeviceServer open(ServerOptions options) {
        return open(options, Waiting.BLOCK);
    }

    /**
     * A server that serves nothing yet.
     *
     * @param waiting how the threads of channels wait. With {@link Waiting#BUSY_POLL} the first of them poll, one less than
     *     there are processors, and the others sleep
     */
    public static DirectDeviceServer open(ServerOptions options, Waiting waiting) {
        return new DirectDeviceServer(options, waiting);
    }

    @Override
    public void listen(Attachment where) throws IOException {
        DirectListener listener = DirectListener.listen(where, waiting);
        acceptors.add(Acceptor.start(served, () -> serve(listener.accept()), listener::close));
    }

    @Override
    public void serve(Attachment where) throws IOException {
        if (!serve(DirectChannel.open(where, waiting))) {
            throw new IOException("the largest number of channels is served already");
        }
    }

    @Override
    public void receive(Attachment control) throws IOException {
        acceptors.add(Acceptor.receive(control, served, this));
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        served.awaitEnd();
    }

    @Override
    public ServerCounters counters() {
        return served.counters();
    }

    @Override
    public void close() {
        closed = true;
        acceptors.close();
        loops.forEach(ChannelLoop::close);
        timer.shutdownNow();
        channelThreads.shutdown();
        served.endIfNothingIsLeft();
        if (!threads.contains(Thread.currentThread())) {
            long deadlineNanos = System.nanoTime() + SHUTDOWN_MAX_NANOS;
            idle.close(SHUTDOWN_MAX_NANOS);
            awaitThreads(deadlineNanos);
            workers.close();
            served.closed();
        } else {
            idle.close(0);
            workers.close();
        }
    }

    private void awaitThreads(long deadlineNanos) {
        try {
            for (Thread thread : threads) {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadlineNanos - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives a channel its thread; closes the channel if there are too many. */
    private boolean serve(DirectChannel channel) {
        long number = 0;
        try {
            number = served.openChannel();
        } finally {
            if (number == 0) {
                channel.close();
            }
        }
        if (number == 0) {
            return false;
        }
        ChannelLoop loop;
        try {
            loop = new ChannelLoop(served, number, channel, waits);
        } catch (RuntimeException e) {
            served.openFailed(number, e);
            channel.close();
            return true;
        }
        loops.add(loop);
        run(loop);
        if (closed) {
            loop.close();
        }
        return true;
    }

    /** Gives a channel a thread. */
    private void run(ChannelLoop loop) {
        try {
            channelThreads.execute(() -> serve(loop));
        } catch (RejectedExecutionException e) {
            // the server was closed
            loop.close();
            serve(loop);
        }
    }

    private void serve(ChannelLoop loop) {
        boolean rests = true;
        try {
            rests = loop.run();
            while (rests && !idle.watch(loop)) {
                loop.keepThread();
                rests = loop.run();
            }
        } finally {
            if (!rests) {
                loops.remove(loop);
            }
        }
    }

    /** A thread that {@link #close} waits for. */
    private Thread thread(Runnable task) {
        Runnable counted = () -> {
            try {
                task.run();
            } finally {
                threads.remove(Thread.currentThread());
            }
        };
        Thread thread = new Thread(null, counted, "ioregionfd channel", STACK_BYTES);
        threads.add(thread);
        return thread;
    }
}
