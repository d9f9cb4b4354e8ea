// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.ioregionfd.device.Ending;
import org.ioregionfd.wire.Clause;

/**
 * What a transport knows about all its channels together: how many there are and may be, the counters, and whether anything
 * is left to serve. One for each server; for any thread.
 */
public final class ServedChannels {
    private final ServerOptions options;
    private final CountDownLatch end = new CountDownLatch(1);
    private final LongAdder framesReceived = new LongAdder();
    private final LongAdder framesSent = new LongAdder();

    // Guarded by this.
    private final Map<Clause, Long> violations = new EnumMap<>(Clause.class);
    private long opened;
    private int open;
    /** What keeps the server going: listening sockets, and channels whose end was not reported yet. */
    private int active;

    private long refused;
    private long agreements;
    private long failures;

    public ServedChannels(ServerOptions options) {
        this.options = options;
    }

    public ServerOptions options() {
        return options;
    }

    /** A socket listens; {@link #stoppedListening} must follow. */
    public synchronized void startedListening() {
        active++;
    }

    public void stoppedListening() {
        finished();
    }

    /**
     * Takes one more channel, unless there are too many. The end of a {@link ServedChannel} must follow, or {@link
     * #openFailed}; neither if the observer fails here.
     *
     * @return the number of the channel, from 1 on; 0 if it is refused and must be closed
     */
    public long openChannel() {
        long number = nextNumber();
        try {
            options.observer()
                    .heard(
                            number == 0
                                    ? new ChannelEvent.Refused(options.channelsMax())
                                    : new ChannelEvent.Opened(number));
        } catch (RuntimeException | Error e) {
            if (number != 0) {
                left();
            }
            throw e;
        }
        return number;
    }

    private synchronized long nextNumber() {
        if (open == options.channelsMax()) {
            refused++;
            return 0;
        }
        active++;
        open++;
        return ++opened;
    }

    private synchronized void left() {
        open--;
        finished();
    }

    /** The channel was numbered but could not be created: its device failed. */
    public void openFailed(long number, Throwable cause) {
        synchronized (this) {
            open--;
        }
        try {
            failed(number, cause);
        } finally {
            finished();
        }
    }

    /** A connection could not be accepted. */
    public void acceptFailed(Throwable cause) {
        countFailure();
        options.observer().heard(new ChannelEvent.AcceptFailed(cause));
    }

    /** The server is being closed; if it serves nothing any more, this is its end. */
    public synchronized void endIfNothingIsLeft() {
        if (active == 0) {
            end.countDown();
        }
    }

    /** The server was closed: threads that wait for its end may go on, even if devices are still busy. */
    public void closed() {
        end.countDown();
    }

    /** Waits until there is nothing left to serve, or the server was closed. */
    public void awaitEnd() throws InterruptedException {
        end.await();
    }

    public synchronized ServerCounters counters() {
        return new ServerCounters(
                opened, open, refused, agreements, framesReceived.sum(), framesSent.sum(), failures, violations);
    }

    void received(long frames) {
        framesReceived.add(frames);
    }

    void sent(long frames) {
        framesSent.add(frames);
    }

    synchronized void agreed() {
        agreements++;
    }

    void failed(long number, Throwable cause) {
        countFailure();
        options.observer().heard(new ChannelEvent.Failed(number, cause));
    }

    private synchronized void finished() {
        active--;
        endIfNothingIsLeft();
    }

    private synchronized void countFailure() {
        failures++;
    }

    /** A channel has ended; threads that wait for the end of the server go on only when the observer has the event. */
    void ended(long number, Ending ending) {
        synchronized (this) {
            open--;
            if (ending instanceof Ending.Violated violated) {
                violations.merge(violated.violation().clause(), 1L, Long::sum);
            } else if (ending instanceof Ending.Rejected rejected) {
                violations.merge(rejected.violation().clause(), 1L, Long::sum);
            }
        }
        try {
            options.observer().heard(new ChannelEvent.Ended(number, ending));
        } finally {
            finished();
        }
    }
}
