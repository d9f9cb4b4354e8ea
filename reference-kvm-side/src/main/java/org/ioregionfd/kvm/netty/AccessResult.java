// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import java.util.Optional;
import org.ioregionfd.wire.Status;

/**
 * What an access came to that was answered, or, if posted, sent.
 *
 * @param value a READ's value without bits above the access size; ones where the access failed
 * @param status in version 2; earlier versions cannot tell a failed access from a value of ones
 */
public record AccessResult(long value, Optional<Status> status) {
    /** Whether the device side said that the access failed. */
    public boolean failed() {
        return status.isPresent() && status.get() != Status.OK;
    }
}
