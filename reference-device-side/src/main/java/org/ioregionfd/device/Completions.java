// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.Status;
import org.jspecify.annotations.Nullable;

/**
 * Holds completions from any thread until the channel's thread takes them. It never holds more of them than there are
 * deferred accesses, which the channel's window bounds. The completions themselves are the links, so that handing one over
 * makes no object.
 */
final class Completions {
    private Runnable wakeUp;
    private @Nullable Completion last;
    private boolean over;

    /** For the channel's thread. */
    private boolean expected;

    /** The first one that came. Written under the lock; read without it to see whether there is any. */
    private volatile @Nullable Completion first;

    /**
     * Whether the channel's thread is at work and will look here before it rests: then nobody needs to wake it. Either the
     * thread that adds sees this false, or the channel's thread sees what was added, since both are volatile and each side
     * writes its own before it reads the other's.
     */
    private volatile boolean attended;

    /**
     * @param wakeUp makes the transport call {@link DeviceChannel#proceed} soon, on the channel's thread; called from any
     *     thread, and must neither block nor throw
     */
    Completions(Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    /** Takes a completion from any thread. */
    Completion.Outcome add(Completion completion, Status status, long value) {
        Runnable toRun = Completions::nobody;
        synchronized (this) {
            if (completion.completed) {
                return Completion.Outcome.REPEATED;
            }
            completion.completed = true;
            completion.status = status;
            completion.value = value;
            if (over) {
                return Completion.Outcome.CHANNEL_OVER;
            }
            if (last != null) {
                last.next = completion;
                last = completion;
            } else {
                last = completion;
                first = completion;
                toRun = attended ? Completions::nobody : wakeUp;
            }
        }
        toRun.run();
        return Completion.Outcome.TAKEN;
    }

    /** The channel's thread begins to work. */
    void attend() {
        attended = true;
    }

    /** The channel's thread stops working, unless a completion has come; then it is still at work. */
    boolean rest() {
        attended = false;
        if (first == null) {
            return true;
        }
        attended = true;
        return false;
    }

    /** A device has deferred an access: its completion may come. */
    void expect() {
        expected = true;
    }

    /** Whether any completion can come, or could have come. */
    boolean areExpected() {
        return expected;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Takes out all that have come, linked in the order in which they came. For the channel's thread. */
    @Nullable
    Completion takeAll() {
        if (first == null) {
            return null;
        }
        synchronized (this) {
            Completion all = first;
            first = null;
            last = null;
            return all;
        }
    }

    /** Takes nothing from now on, drops what has come, and releases the transport. */
    synchronized void close() {
        over = true;
        first = null;
        last = null;
        wakeUp = Completions::nobody;
    }

    private static void nobody() {}
}
