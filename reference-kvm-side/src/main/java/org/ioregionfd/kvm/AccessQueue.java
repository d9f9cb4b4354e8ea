// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/**
 * Many accesses under way for one user, without an object for each: enqueue as many as there are, then {@link #flush}, which
 * sends them with one write. {@link KvmChannel#newQueue} makes one.
 *
 * <p>Each access has a slot of its own, from 0 up to the number of slots. When it has ended, the queue's function is called
 * with the slot; until the slot is used again, {@link #value} and {@link #result} tell how it ended. The function is called
 * from the thread that moves the channel's bytes, for one access at a time. It should be short, and must not make a call that
 * waits. It may enqueue: what it enqueues goes to the channel when it was called for all accesses that ended together, or with
 * the next {@link #flush} of its thread.
 *
 * <p>From any thread, but a slot is for one thread at a time, and free before its first access and after its end; otherwise an
 * IllegalStateException is thrown. Accesses begin in the order in which they were enqueued; those of a function, in the order in
 * which they go to the channel. Sizes, errors and deadlines are those of {@link KvmChannel}.
 */
public interface AccessQueue {
    /** The most slots: as many accesses as may wait for their turn on a channel. */
    int SLOTS_MAX = 4096;

    /** Enqueues a READ. */
    void read(int slot, long region, long offset, int size);

    /** Enqueues a WRITE that ends when it is answered. */
    void write(int slot, long region, long offset, int size, long value);

    /** Enqueues a WRITE without a response: it ends when it is sent. */
    void post(int slot, long region, long offset, int size, long value);

    /** Enqueues a FENCE. */
    void fence(int slot);

    /** Sends what was enqueued, as far as the window and the socket have room; the rest follows by itself. Does not wait. */
    void flush();

    /**
     * When the bytes came that have ended accesses last, by {@link System#nanoTime}: the same for all that are told of together,
     * so that a function need not ask the clock for each.
     */
    long endedNanos();

    /** Like {@link KvmChannel#readValue}, of the ended access in a slot. */
    long value(int slot) throws AccessException;

    /** Like {@link KvmChannel#read} and {@link KvmChannel#write}, of the ended access in a slot. */
    AccessResult result(int slot) throws AccessException;
}
