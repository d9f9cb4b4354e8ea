// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.KvmCommand;
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

    long givenNanos;
    /** As it was on the wire; 0 where it has none, or is not known yet. */
    int tag;

    /** What it has to end with as soon as K has seen what it has seen. */
    @Nullable
    AccessEnd due;

    @Nullable
    AccessEnd end;

    GuestAccess(KvmCommand command) {
        this.command = command;
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
