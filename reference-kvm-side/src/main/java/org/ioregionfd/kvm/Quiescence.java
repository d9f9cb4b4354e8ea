// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Optional;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Status;

/** Whether an answer since the last posted WRITE says that it has taken effect [REC-004]. Confined to one thread. */
final class Quiescence {
    private static final long NONE = -1;

    /** Of the last posted WRITE that no later answered command vouches for. */
    private long postedPosition = NONE;

    void posted(long position) {
        postedPosition = position;
    }

    /** A FENCE that begins there was answered. */
    void fenced(long position, Optional<Status> status) {
        if (position > postedPosition && status.isPresent() && status.get() == Status.OK) {
            postedPosition = NONE;
        }
    }

    /** Where there is no FENCE: the command that begins there was answered, and commands start in order. */
    void answered(long position) {
        if (position > postedPosition) {
            postedPosition = NONE;
        }
    }

    /** Why nothing can be saved now; empty if it can. */
    Optional<String> objection() {
        return postedPosition == NONE
                ? Optional.empty()
                : Optional.of("nothing that was answered since a posted WRITE says that it has taken effect ["
                        + Clause.REC_004.id() + "]");
    }
}
