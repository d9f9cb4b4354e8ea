// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ResponseWanted;
import org.jspecify.annotations.Nullable;

/** One access of the guest's, and all that is known of it. */
final class GuestAccess {
    static final int NEVER = -1;

    final KvmCommand command;
    /** Its place in the stream of K's frames, or NEVER where K has made no frame for it. */
    int frame = NEVER;
    /** Its place among the accesses for which K has made a frame, or NEVER. */
    int turn = NEVER;

    /** Until when its caller waits, and the channel with it; or Party.NEVER, where the policy says how long. */
    long untilNanos = Party.NEVER;

    /** When the machine made its frame. */
    long givenNanos;
    /** As it was on the wire; 0 where it has none, or is not known yet. */
    int tag;

    /** What it has to end with as soon as K has seen what it has seen. */
    @Nullable
    AccessEnd due;

    @Nullable
    AccessEnd end;

    /** Its caller has gone: what is still to come of it is nobody's. */
    boolean cancelled;

    boolean carriesHello;

    GuestAccess(KvmCommand command) {
        this.command = command;
    }

    /** When the channel fails for want of its answer, or of room for it. */
    long deadlineNanos(long policyNanos) {
        long nanos = givenNanos + policyNanos;
        return untilNanos == Party.NEVER ? nanos : Math.max(nanos, untilNanos);
    }

    /** Whether a READ may wait for it: a guest that gives it up before it is sent holds up itself for good. */
    boolean isRelease() {
        return command.op() == Op.WRITE && command.offset() == ModelDevice.RELEASE;
    }

    boolean wantsResponse() {
        return command.wanted() == ResponseWanted.YES;
    }

    @Override
    public String toString() {
        return command.op() + (wantsResponse() ? " " : " posted ") + command.region() + ":"
                + Long.toHexString(command.offset()) + "/" + command.sizeExponent() + " "
                + Long.toHexString(command.value());
    }
}
