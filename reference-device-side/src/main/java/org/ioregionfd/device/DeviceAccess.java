// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.Status;

/**
 * One access on its way through a device: what is asked for, and where the device puts its answer. One object serves all
 * accesses of a channel, one after the other; a device must not keep it.
 */
public final class DeviceAccess {
    /** Where a channel keeps its READs that complete later. */
    interface HeldReads {
        /** Where the READ that is being performed would be held. */
        int nextTicket();

        /** Completes a READ that is held. */
        void complete(int ticket, long value);
    }

    /** Of a channel on which one command at a time is in flight: nothing could ever release a held READ. */
    static final HeldReads NEVER = new HeldReads() {
        @Override
        public int nextTicket() {
            throw new IllegalStateException("only one command may be in flight here: no READ can be held");
        }

        @Override
        public void complete(int ticket, long value) {
            throw new IllegalStateException("no READ is held");
        }
    };

    private final HeldReads heldReads;
    private Op op = Op.READ;
    private long userData;
    private long offset;
    private int sizeExponent;
    private long data;
    private long value;
    private Status status = Status.DEVICE_FAULT;
    private boolean held;

    DeviceAccess(HeldReads heldReads) {
        this.heldReads = heldReads;
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

    /** Completes a READ with a value, of which the low {@link #size()} bytes count. */
    public void answer(long newValue) {
        status = Status.OK;
        // [ACE-003]
        value = Access.truncate(newValue, sizeExponent);
    }

    /** Completes a WRITE. */
    public void done() {
        status = Status.OK;
        value = 0;
    }

    /** Fails the access as a fault of the device. */
    public void fault() {
        status = Status.DEVICE_FAULT;
    }

    /** Whether {@link #hold} is allowed: not where only one command may be in flight, nor for an attached HELLO. */
    public boolean canBeHeld() {
        return heldReads != NEVER && op == Op.READ;
    }

    /**
     * Lets this READ complete later, by {@link #release} from a WRITE on the same channel. Commands that follow are started
     * meanwhile [ORD-002].
     *
     * @return what to release it by; never the same for two READs that are held at a time
     */
    public int hold() {
        if (!canBeHeld()) {
            throw new IllegalStateException("this access cannot be held");
        }
        int ticket = heldReads.nextTicket();
        held = true;
        return ticket;
    }

    /** Completes a held READ, of which the low bytes of {@code newValue} count. For a WRITE that is being performed. */
    public void release(int ticket, long newValue) {
        heldReads.complete(ticket, newValue);
    }

    /** Performs one access: afterwards {@link #isHeld}, or {@link #status} and {@link #value} say what came of it. */
    void perform(Device device, Op newOp, int newSizeExponent) {
        op = newOp;
        sizeExponent = newSizeExponent;
        // [ACE-003]
        data = newOp == Op.WRITE ? Access.truncate(data, newSizeExponent) : 0;
        held = false;
        status = statusBeforeDevice(device);
        if (status == Status.OK) {
            // [V0-014] a device that says nothing has failed
            status = Status.DEVICE_FAULT;
            switch (newOp) {
                case READ -> device.read(this);
                case WRITE -> device.write(this);
                case FENCE -> throw new IllegalArgumentException("a FENCE is no access");
            }
        }
        if (status != Status.OK) {
            // [ACE-002]
            value = Access.ones(newSizeExponent);
        }
    }

    /** Says where the next access goes, and a WRITE's data as it came; to be followed by {@link #perform}. */
    DeviceAccess at(long newUserData, long newOffset, long newData) {
        userData = newUserData;
        offset = newOffset;
        data = newData;
        return this;
    }

    boolean isHeld() {
        return held;
    }

    Status status() {
        return status;
    }

    /** What the response holds in {@code data}: of a READ its value, of a WRITE 0 [V2-004], of a failed access ones. */
    long value() {
        return value;
    }

    /** [ACE-001] First the region, then the offset; the device's own faults come last. */
    private Status statusBeforeDevice(Device device) {
        long length = device.regionLength(userData);
        if (length == Device.NO_REGION) {
            return Status.BAD_REGION;
        }
        long last = length - size();
        if (last < 0 || Long.compareUnsigned(offset, last) > 0) {
            return Status.BAD_OFFSET;
        }
        return Status.OK;
    }
}
