// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.Status;
import org.jspecify.annotations.Nullable;

/**
 * One access: what the command asks for, and where the device puts its answer. One object serves all accesses of a channel,
 * one after the other; a device must not keep it, but may keep the {@link Completion} of {@link #defer}.
 */
public final class DeviceAccess {
    private final Regions regions;
    private final Device device;
    private final Completions completions;
    private final int maxInflight;
    private boolean write;
    private long userData;
    private long offset;
    private int sizeExponent;
    private long data;
    private long value;
    private Status status = Status.DEVICE_FAULT;
    private @Nullable Completion completion;

    /** @param maxInflight how many commands may be started on the channel at a time */
    DeviceAccess(Regions regions, Device device, Completions completions, int maxInflight) {
        this.regions = regions;
        this.device = device;
        this.completions = completions;
        this.maxInflight = maxInflight;
    }

    /** Whether this is a WRITE; else it is a READ. */
    public boolean isWrite() {
        return write;
    }

    /** Names the region, u64. */
    public long userData() {
        return userData;
    }

    /** Within the region: neither negative nor beyond the region's length less {@link #size()}. */
    public long offset() {
        return offset;
    }

    /** Bytes: 1, 2, 4 or 8. */
    public int size() {
        return Access.size(sizeExponent);
    }

    /** A WRITE's value, without the bits above the access size; 0 on a READ. */
    public long data() {
        return data;
    }

    /** Completes a READ with a value, of which the low {@link #size()} bytes count; a WRITE, as {@link #done}. */
    public void answer(long newValue) {
        requireNotDeferred();
        status = Status.OK;
        // [ACE-003]; [V2-004] a WRITE answers 0
        value = write ? 0 : Access.truncate(newValue, sizeExponent);
    }

    /** Completes a WRITE; a READ, with the value 0. */
    public void done() {
        answer(0);
    }

    /** Fails the access as a fault of the device. */
    public void fault() {
        requireNotDeferred();
        status = Status.DEVICE_FAULT;
    }

    /**
     * Whether no later command of this channel starts before this access has completed. This is so for a WRITE, because it
     * takes effect before later commands start [ORD-001], and for any access if one command at a time is in flight (versions
     * 0 and 1, a window of 1, an attached HELLO). Do not defer such an access if only a later command could complete it.
     */
    public boolean holdsBackOthers() {
        return write || maxInflight == 1;
    }

    /**
     * Lets this access complete later. If it does not hold back others ({@link #holdsBackOthers}), they start in the meantime
     * [ORD-002], and their responses leave as the agreement says [ORD-003, ORD-004].
     *
     * @return complete it once, from any thread; a channel that ends before forgets it
     * @throws IllegalStateException if this access was deferred already
     */
    public Completion defer() {
        requireNotDeferred();
        Completion deferred = new Completion(completions, write, sizeExponent);
        completion = deferred;
        completions.expect();
        return deferred;
    }

    /** Sets the place of the next access, and a WRITE's data as it came; {@link #perform} must follow. */
    DeviceAccess at(long newUserData, long newOffset, long newData) {
        userData = newUserData;
        offset = newOffset;
        data = newData;
        return this;
    }

    /**
     * Performs one access. Afterwards {@link #deferred}, or {@link #status} and {@link #value}, tell the result.
     *
     * @param op READ or WRITE
     */
    void perform(Op op, int newSizeExponent) {
        write = op == Op.WRITE;
        sizeExponent = newSizeExponent;
        // [ACE-003]
        data = write ? Access.truncate(data, newSizeExponent) : 0;
        completion = null;
        status = regions.statusOf(userData, offset, newSizeExponent);
        if (status == Status.OK) {
            // [V0-014] without an answer from the device, the access has failed
            status = Status.DEVICE_FAULT;
            device.perform(this);
        }
        if (status != Status.OK) {
            // [ACE-002]
            value = Access.ones(newSizeExponent);
        }
    }

    /** The completion of this access, if the device deferred it. */
    @Nullable
    Completion deferred() {
        return completion;
    }

    Status status() {
        return status;
    }

    /** The response's {@code data}: the value of a READ, 0 for a WRITE [V2-004], ones for a failed access. */
    long value() {
        return value;
    }

    private void requireNotDeferred() {
        if (completion != null) {
            throw new IllegalStateException("this access was deferred: its completion answers it");
        }
    }
}
