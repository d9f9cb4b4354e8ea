// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import java.util.Arrays;
import org.ioregionfd.wire.Status;

/**
 * The commands of a version-2 channel that were started and whose response was not yet handed to the channel. There is at
 * most one window of them, in slots that are made all together when the first is needed. The slots are linked in the order in
 * which the commands were started, and found by tag. A command that is answered at once never takes a slot. So most channels
 * never need slots, and an ACCEPT does not wait for them to be made.
 *
 * <p>Confined to one thread.
 */
final class OutstandingCommands {
    static final int NONE = -1;

    /** What a slot waits for. */
    enum Wait {
        /** A command: the slot is free. */
        FREE,
        /** An access that its device has deferred: its completion. */
        DEVICE,
        /** A FENCE: all commands before it [FEA-001]. */
        EARLIER,
        /** A completed command: the turn of its response [ORD-003], or room in the output. */
        TURN
    }

    /** Spreads tags over the buckets: K may choose any tags, and mostly counts up. */
    private static final int TAG_SPREAD = 0x9E37_79B9;

    private static final int[] NO_SLOTS = {};

    private final int maxInflight;
    private final int bucketShift;
    private Wait[] waits = {};
    private int[] tags = NO_SLOTS;
    private long[] values = {};
    private Status[] statuses = {};

    /** In the order of the starts; of free slots, the next free one. */
    private int[] next = NO_SLOTS;

    private int[] previous = NO_SLOTS;
    private int[] buckets = NO_SLOTS;
    private int[] nextInBucket = NO_SLOTS;

    /** Completed commands in the order in which they completed, for answers out of order. */
    private int[] nextCompleted = NO_SLOTS;

    private int firstCompleted = NONE;
    private int lastCompleted = NONE;
    private int first = NONE;
    private int last = NONE;
    private int free = 0;

    OutstandingCommands(int maxInflight) {
        this.maxInflight = maxInflight;
        bucketShift = Integer.numberOfLeadingZeros(maxInflight);
    }

    private void makeSlots() {
        waits = new Wait[maxInflight];
        tags = new int[maxInflight];
        values = new long[maxInflight];
        statuses = new Status[maxInflight];
        next = new int[maxInflight];
        previous = new int[maxInflight];
        nextInBucket = new int[maxInflight];
        nextCompleted = new int[maxInflight];
        buckets = new int[1 << (Integer.SIZE - bucketShift)];
        Arrays.fill(waits, Wait.FREE);
        Arrays.fill(statuses, Status.OK);
        Arrays.fill(buckets, NONE);
        for (int slot = 0; slot < maxInflight; slot++) {
            next[slot] = slot + 1;
        }
        next[maxInflight - 1] = NONE;
    }

    boolean isEmpty() {
        return first == NONE;
    }

    /** Whether the window is used up [VIO-006]. */
    boolean isFull() {
        return free == NONE;
    }

    boolean hasTag(int tag) {
        if (isEmpty()) {
            return false;
        }
        int slot = buckets[bucket(tag)];
        while (slot != NONE && tags[slot] != tag) {
            slot = nextInBucket[slot];
        }
        return slot != NONE;
    }

    /** Links a command behind all others; there must be a free slot. Its status is OK and its value 0 until they are set. */
    int add(int tag, Wait wait) {
        if (tags.length == 0) {
            makeSlots();
        }
        int slot = free;
        free = next[slot];
        waits[slot] = wait;
        tags[slot] = tag;
        values[slot] = 0;
        statuses[slot] = Status.OK;
        linkLast(slot);
        int bucket = bucket(tag);
        nextInBucket[slot] = buckets[bucket];
        buckets[bucket] = slot;
        return slot;
    }

    /** Sets the result of a command in a slot; from now on it waits for its turn. */
    void complete(int slot, long value, Status status) {
        waits[slot] = Wait.TURN;
        values[slot] = value;
        statuses[slot] = status;
    }

    /** Puts a completed command behind all others in the order of completions. */
    void queueCompleted(int slot) {
        nextCompleted[slot] = NONE;
        if (lastCompleted == NONE) {
            firstCompleted = slot;
        } else {
            nextCompleted[lastCompleted] = slot;
        }
        lastCompleted = slot;
    }

    /** Removes the command that completed first from the order of completions, if there is any. */
    int pollCompleted() {
        int slot = firstCompleted;
        if (slot != NONE) {
            firstCompleted = nextCompleted[slot];
            if (firstCompleted == NONE) {
                lastCompleted = NONE;
            }
        }
        return slot;
    }

    boolean hasCompleted() {
        return firstCompleted != NONE;
    }

    /** Frees a slot, and its tag. */
    void remove(int slot) {
        unlink(slot);
        unlinkFromBucket(slot);
        waits[slot] = Wait.FREE;
        next[slot] = free;
        free = slot;
    }

    /** The command that was started first, or {@link #NONE}. */
    int first() {
        return first;
    }

    /** The command that was started next, or {@link #NONE}. */
    int after(int slot) {
        return next[slot];
    }

    Wait waitOf(int slot) {
        return waits[slot];
    }

    int tag(int slot) {
        return tags[slot];
    }

    long value(int slot) {
        return values[slot];
    }

    Status status(int slot) {
        return statuses[slot];
    }

    private void linkLast(int slot) {
        previous[slot] = last;
        next[slot] = NONE;
        if (last == NONE) {
            first = slot;
        } else {
            next[last] = slot;
        }
        last = slot;
    }

    private void unlink(int slot) {
        int before = previous[slot];
        int after = next[slot];
        if (before == NONE) {
            first = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            last = before;
        } else {
            previous[after] = before;
        }
    }

    private void unlinkFromBucket(int slot) {
        int bucket = bucket(tags[slot]);
        if (buckets[bucket] == slot) {
            buckets[bucket] = nextInBucket[slot];
            return;
        }
        int before = buckets[bucket];
        while (nextInBucket[before] != slot) {
            before = nextInBucket[before];
        }
        nextInBucket[before] = nextInBucket[slot];
    }

    private int bucket(int tag) {
        return (tag * TAG_SPREAD) >>> bucketShift;
    }
}
