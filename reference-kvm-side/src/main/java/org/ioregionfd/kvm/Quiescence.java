// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Optional;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Status;

/** Whether a FENCE was answered since the last posted WRITE [REC-004]. Confined to one thread. */
final class Quiescence {
    private static final long NONE = -1;

    /** Of the last posted WRITE that has no later answered FENCE. */
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

    /** Why nothing can be saved now; empty if it can. */
    Optional<String> objection() {
        return postedPosition == NONE
                ? Optional.empty()
                : Optional.of("a posted WRITE has no later FENCE that was answered [" + Clause.REC_004.id() + "]");
    }
}
