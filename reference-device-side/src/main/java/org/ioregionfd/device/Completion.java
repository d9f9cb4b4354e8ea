// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Status;
import org.jspecify.annotations.Nullable;

/**
 * The right to complete one deferred access: once, from any thread, at any time. Its methods neither block nor throw. A call
 * that comes too late changes nothing, and its result says so.
 */
public final class Completion {
    /** The result of a completion. */
    public enum Outcome {
        /** The access is completed; its response, where one is wanted, is on its way. */
        TAKEN,
        /** It was completed before. */
        REPEATED,
        /** The channel is over: nobody waits for the answer any more. */
        CHANNEL_OVER
    }

    private final Completions completions;
    private final boolean write;
    private final int sizeExponent;

    // Guarded by completions, until the channel takes this object from there.
    boolean completed;
    Status status = Status.DEVICE_FAULT;
    long value;

    @Nullable
    Completion next;

    /** Where the channel keeps the command; used by the channel only. */
    int slot = OutstandingCommands.NONE;

    Completion(Completions completions, boolean write, int sizeExponent) {
        this.completions = completions;
        this.write = write;
        this.sizeExponent = sizeExponent;
    }

    /** Completes a READ with a value, of which the low bytes of the access size count; a WRITE, as {@link #done}. */
    public Outcome answer(long newValue) {
        return completions.add(this, Status.OK, newValue);
    }

    /** Completes a WRITE; a READ, with the value 0. */
    public Outcome done() {
        return answer(0);
    }

    /** Fails the access as a fault of the device. */
    public Outcome fault() {
        return completions.add(this, Status.DEVICE_FAULT, 0);
    }

    /** What the response holds in {@code data} [ACE-002, ACE-003, V2-004]. */
    long data() {
        if (status != Status.OK) {
            return Access.ones(sizeExponent);
        }
        return write ? 0 : Access.truncate(value, sizeExponent);
    }
}
