// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records that a thread of its own writes to a stream. Whoever offers one never waits: it is taken whole, or not at all if the
 * stream has not taken the earlier ones in time. A pipe gets records of up to 4096 bytes whole, even if the process ends in
 * between. Thread-safe; nothing is allocated for a record.
 */
public final class BackgroundOutput {
    /** Short for a reader, and long enough that a busy channel does not wake up the writer for each frame. */
    private static final long GATHER_MILLIS = 10;

    private final Opening opening;
    private RecordBatch filling;
    private RecordBatch writing;
    private boolean isIdle;
    private boolean isOpen;
    private boolean isClosed;
    private boolean hasEnded;
    private long taken;
    private long written;
    private @Nullable IOException failure;

    /** Opens the stream. */
    @FunctionalInterface
    public interface Opening {
        /** Called on the writing thread: an open may wait too, such as that of a FIFO that nobody reads. */
        OutputStream open() throws IOException;
    }

    private BackgroundOutput(int capacity, Opening opening) {
        this.opening = opening;
        filling = new RecordBatch(capacity);
        writing = new RecordBatch(capacity);
    }

    /**
     * Starts the thread.
     *
     * @param name of the thread, which does not keep the JVM alive
     * @param capacity how many bytes may wait while as many are being written
     */
    public static BackgroundOutput start(String name, int capacity, Opening opening) {
        BackgroundOutput output = new BackgroundOutput(capacity, opening);
        Thread thread = new Thread(output::write, name);
        thread.setDaemon(true);
        thread.start();
        return output;
    }

    /** Takes a record, or says that it is lost: there is no room, the stream has failed, or this was closed. */
    public synchronized boolean offer(byte[] bytes, int index, int length) {
        if (!hasRoom(length)) {
            return false;
        }
        filling.add(bytes, index, length);
        taken++;
        if (isIdle || filling.isHalfFull()) {
            notifyAll();
        }
        return true;
    }

    /** Whether a record of this length would be taken now. */
    public synchronized boolean hasRoom(int length) {
        return !isClosed && failure == null && filling.hasRoom(length);
    }

    /** How many records were taken and are not written, or not yet. */
    public synchronized long unwritten() {
        return taken - written;
    }

    /** Why nothing is written any more. */
    public synchronized Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Waits until all that was taken so far is written, the stream has failed, or the time is over. */
    public synchronized void await(long millis) {
        await(millis, taken);
    }

    /** Takes no more. Waits until all is written and the stream is closed, but no longer than this. */
    public synchronized void close(long millis) {
        isClosed = true;
        notifyAll();
        await(millis, Long.MAX_VALUE);
    }

    private void await(long millis, long records) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            while (!hasEnded && !(isOpen && written >= records)) {
                long leftNanos = endNanos - System.nanoTime();
                if (leftNanos <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try (OutputStream stream = opening.open()) {
            opened();
            while (awaitRecords()) {
                for (int i = 0; i < writing.writes(); i++) {
                    writing.write(i, stream);
                    wrote(writing.records(i));
                }
            }
        } catch (IOException e) {
            failed(e);
        } finally {
            ended();
        }
    }

    private synchronized void opened() {
        isOpen = true;
        notifyAll();
    }

    private synchronized void wrote(int records) {
        written += records;
        notifyAll();
    }

    private synchronized void failed(IOException e) {
        failure = e;
    }

    private synchronized void ended() {
        hasEnded = true;
        notifyAll();
    }

    @SuppressWarnings("WaitNotInLoop") // a wait that is too short only makes a smaller batch
    private void gather() throws InterruptedException {
        if (!isClosed && !filling.isHalfFull()) {
            wait(GATHER_MILLIS);
        }
    }

    /** Waits for the next batch; false if there is none any more. */
    private synchronized boolean awaitRecords() throws IOException {
        writing.clear();
        try {
            isIdle = true;
            while (filling.isEmpty() && !isClosed) {
                wait();
            }
            isIdle = false;
            gather();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the writing thread was interrupted");
        }
        RecordBatch full = filling;
        filling = writing;
        writing = full;
        return !full.isEmpty();
    }
}
