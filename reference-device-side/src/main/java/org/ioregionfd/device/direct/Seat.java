// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.direct;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The right of a channel's thread to sleep in the read itself. That is the shortest path, but such a read cannot end without
 * input, so the channel may keep its thread for ever. There are only so many of them. Confined to one thread at a time.
 */
final class Seat {
    /** After so many reads without a long silence, a channel is busy. */
    private static final int BUSY_READS = 64;

    private final Semaphore newcomers;
    private final Semaphore busy;
    private int reads;
    private boolean isNew = true;
    private long lastReadNanos = System.nanoTime();
    private @Nullable Semaphore taken;

    /**
     * @param newcomers seats of channels that are new
     * @param busy seats of channels that are busy
     */
    Seat(Semaphore newcomers, Semaphore busy) {
        this.newcomers = newcomers;
        this.busy = busy;
    }

    /** Before a read: whether it may sleep in the read itself. */
    boolean take() {
        reads++;
        if (taken != busy && reads > BUSY_READS && busy.tryAcquire()) {
            leave();
            taken = busy;
        } else if (isNew && taken == null && newcomers.tryAcquire()) {
            taken = newcomers;
        }
        isNew = false;
        return taken != null;
    }

    /** After such a read: a channel that was silent leaves its seat to another. */
    void hasRead(long nowNanos) {
        if (nowNanos - lastReadNanos >= ChannelLoop.REST_NANOS) {
            leave();
            rested();
        }
        lastReadNanos = nowNanos;
    }

    /** The channel was silent, and is not busy any more. */
    void rested() {
        reads = 0;
    }

    void leave() {
        if (taken != null) {
            taken.release();
            taken = null;
        }
    }
}
