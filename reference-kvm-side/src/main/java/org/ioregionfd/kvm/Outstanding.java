// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The accesses that wait for their responses, in the order in which they were sent, each with its own tag.
 *
 * <p>A tag is a slot's number, 1..65535, below a count of the slot's uses: it is never 0, never in use twice [V2-002], and a
 * late or doubled response with an old tag matches no access. All of a slot is in arrays, so that a window of accesses is found
 * and linked without a look at any of them. Confined to one thread.
 */
final class Outstanding<T> {
    /** No slot has this number. */
    static final int NONE = 0;

    private static final int SLOT_BITS = 16;
    private static final int SLOT_MASK = 0xFFFF;

    /** How many there are at first, with the slot that no access has. */
    private static final int SLOTS_MIN = 16;

    /** By slot. Grow to the window, which is a u16, and no further [FAI-004]. */
    private @Nullable KvmAccess<T>[] accesses = slots(SLOTS_MIN);

    private int[] tags = new int[SLOTS_MIN];
    /** The slot whose access was sent next; of a free slot, the next free one. */
    private int[] later = new int[SLOTS_MIN];

    private int[] earlier = new int[SLOTS_MIN];

    /** Slots up to this number were used. */
    private int used = NONE;

    private int free = NONE;
    private int oldest = NONE;
    private int newest = NONE;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The slot of the access that was sent first. */
    int first() {
        return oldest;
    }

    /** The slot of the access that was sent next. */
    int after(int slot) {
        return later[slot];
    }

    /** The access in a slot that is in use. */
    KvmAccess<T> at(int slot) {
        return Objects.requireNonNull(accesses[slot]);
    }

    /** The waiting access that was sent first. */
    @Nullable
    KvmAccess<T> oldest() {
        return accesses[oldest];
    }

    /** The access with that tag, if one waits. */
    @Nullable
    KvmAccess<T> byTag(int tag) {
        int slot = tag & SLOT_MASK;
        return slot <= used && tags[slot] == tag ? accesses[slot] : null;
    }

    /** Adds an access as the newest and gives it its tag. */
    void add(KvmAccess<T> access) {
        int slot = takeSlot();
        accesses[slot] = access;
        // [V2-002] another use of the slot is another tag; [V2-001] slots are numbered from 1, so no tag is 0
        int tag = tags[slot] + (1 << SLOT_BITS);
        tags[slot] = tag;
        access.tag = tag;
        earlier[slot] = newest;
        later[slot] = NONE;
        if (newest == NONE) {
            oldest = slot;
        } else {
            later[newest] = slot;
        }
        newest = slot;
        size++;
    }

    /** Removes a waiting access; its slot can be used again. */
    void remove(KvmAccess<T> access) {
        int slot = access.tag & SLOT_MASK;
        accesses[slot] = null;
        int before = earlier[slot];
        int after = later[slot];
        if (before == NONE) {
            oldest = after;
        } else {
            later[before] = after;
        }
        if (after == NONE) {
            newest = before;
        } else {
            earlier[after] = before;
        }
        later[slot] = free;
        free = slot;
        size--;
    }

    private int takeSlot() {
        int slot = free;
        if (slot != NONE) {
            free = later[slot];
            return slot;
        }
        slot = ++used;
        if (slot == tags.length) {
            grow();
        }
        tags[slot] = slot;
        return slot;
    }

    private void grow() {
        int length = 2 * tags.length;
        accesses = Arrays.copyOf(accesses, length);
        tags = Arrays.copyOf(tags, length);
        later = Arrays.copyOf(later, length);
        earlier = Arrays.copyOf(earlier, length);
    }

    @SuppressWarnings("unchecked") // an array of a generic type, which nobody else sees
    private static <T> @Nullable KvmAccess<T>[] slots(int count) {
        return (KvmAccess<T>[]) new KvmAccess<?>[count];
    }
}
