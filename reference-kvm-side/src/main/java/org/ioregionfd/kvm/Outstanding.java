// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The accesses that wait for their responses, in the order in which they were sent, each with its own tag.
 *
 * <p>A tag is a slot's number, 1..65535, below a count of the slot's uses: it is never 0, never in use twice [V2-002], and a
 * late or doubled response with an old tag matches no access. Confined to one thread.
 */
final class Outstanding<T> {
    private static final int SLOT_BITS = 16;
    private static final int SLOT_MASK = 0xFFFF;

    /** Grows to the window, which is a u16, and no further [FAI-004]. */
    private final List<Slot<T>> slots = new ArrayList<>();

    private @Nullable Slot<T> free;
    private @Nullable KvmAccess<T> oldest;
    private @Nullable KvmAccess<T> newest;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The waiting access that was sent first. */
    @Nullable
    KvmAccess<T> oldest() {
        return oldest;
    }

    /** The access with that tag, if one waits. */
    @Nullable
    KvmAccess<T> byTag(int tag) {
        int number = tag & SLOT_MASK;
        if (number == 0 || number > slots.size()) {
            return null;
        }
        KvmAccess<T> found = slots.get(number - 1).access;
        return found != null && found.tag == tag ? found : null;
    }

    /** Adds an access as the newest and gives it its tag. */
    void add(KvmAccess<T> access) {
        Slot<T> slot = takeSlot();
        slot.access = access;
        slot.uses++;
        // [V2-002] another use of the slot is another tag; [V2-001] slots are numbered from 1, so no tag is 0
        access.tag = slot.uses << SLOT_BITS | slot.number;
        access.earlier = newest;
        access.later = null;
        if (newest == null) {
            oldest = access;
        } else {
            newest.later = access;
        }
        newest = access;
        size++;
    }

    /** Removes a waiting access; its slot can be used again. */
    void remove(KvmAccess<T> access) {
        Slot<T> slot = slots.get((access.tag & SLOT_MASK) - 1);
        slot.access = null;
        slot.nextFree = free;
        free = slot;
        if (access.earlier == null) {
            oldest = access.later;
        } else {
            access.earlier.later = access.later;
        }
        if (access.later == null) {
            newest = access.earlier;
        } else {
            access.later.earlier = access.earlier;
        }
        size--;
    }

    private Slot<T> takeSlot() {
        Slot<T> slot = free;
        if (slot == null) {
            slot = new Slot<>(slots.size() + 1);
            slots.add(slot);
            return slot;
        }
        free = slot.nextFree;
        return slot;
    }

    private static final class Slot<T> {
        final int number;
        int uses;

        @Nullable
        KvmAccess<T> access;

        @Nullable
        Slot<T> nextFree;

        Slot(int number) {
            this.number = number;
        }
    }
}
