// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.kvm.KvmCommand;
import org.jspecify.annotations.Nullable;

/** One access of the guest, and everything that is known about it. */
final class GuestAccess {
    static final int NEVER = -1;

    final KvmCommand command;
    /** The same in the words of the rules. */
    final Command asked;

    /** Its place in the stream of K's frames, or NEVER if K has made no frame for it. */
    int frame = NEVER;
    /** Its place among the accesses for which K has made a frame, or NEVER. */
    int turn = NEVER;

    /** Until when its caller waits, and the channel with it; or Party.NEVER, if the policy's deadline holds. */
    long untilNanos = Party.NEVER;

    /** When the machine made its frame. */
    long givenNanos;
    /** Its tag on the wire; 0 if it has none, or is not known yet. */
    int tag;

    /** Its required end after K's present input. */
    @Nullable
    AccessEnd due;

    @Nullable
    AccessEnd end;

    /** Its caller has gone: no caller gets its late response. */
    boolean cancelled;

    boolean carriesHello;

    GuestAccess(KvmCommand command) {
        this.command = command;
        asked = Asked.of(command);
    }

    /** When the channel fails because its answer, or room for it, is missing. */
    long deadlineNanos(long policyNanos) {
        long nanos = givenNanos + policyNanos;
        return untilNanos == Party.NEVER ? nanos : Math.max(nanos, untilNanos);
    }

    /** Whether a READ may wait for it: a guest that gives it up before it is sent would hold itself up for ever. */
    boolean isRelease() {
        return asked.op() == Command.Op.WRITE && command.offset() == AnnexDevice.RELEASE;
    }

    boolean wantsResponse() {
        return asked.isAnswered();
    }

    @Override
    public String toString() {
        return command.op() + (wantsResponse() ? " " : " posted ") + command.region() + ":"
                + Long.toHexString(command.offset()) + "/" + command.sizeExponent() + " "
                + Long.toHexString(command.value());
    }
}
