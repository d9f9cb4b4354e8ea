// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Optional;
import org.ioregionfd.wire.Status;

/** How an access ended. Every access ends, whatever the peer does, and none is ever sent again [FAI-001, FAI-002]. */
public sealed interface AccessEnd {
    /**
     * The response came, or a posted WRITE was written.
     *
     * @param value without bits above the access size; a READ's value, ones where the access failed
     * @param status in version 2; earlier versions cannot tell a failed access from a value of ones
     */
    record Done(long value, Optional<Status> status) implements AccessEnd {}

    /** No byte of the command was written. */
    record NotSent(String why) implements AccessEnd {}

    /** The command, or a part of it, was written, and no response came. */
    record MaybeExecuted(String why) implements AccessEnd {}
}
