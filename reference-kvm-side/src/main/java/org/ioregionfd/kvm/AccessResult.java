// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Optional;
import org.ioregionfd.wire.Status;

/**
 * The result of an access that was answered or, if posted, sent.
 *
 * @param value a READ's value without bits above the access size; ones if the access failed
 * @param status in version 2; earlier versions cannot tell a failed access from a value of ones
 */
public record AccessResult(long value, Optional<Status> status) {
    private static final AccessResult WRITTEN = new AccessResult(0, Optional.empty());
    private static final AccessResult WRITTEN_OK = new AccessResult(0, Optional.of(Status.OK));

    /** The result of an access that was done. For a WRITE that succeeded it is always the same object. */
    public static AccessResult of(KvmAccess<?> access) {
        if (access.value() != 0) {
            return new AccessResult(access.value(), access.status());
        }
        if (access.status().isEmpty()) {
            return WRITTEN;
        }
        return access.status().get() == Status.OK ? WRITTEN_OK : new AccessResult(0, access.status());
    }

    /** Whether the device side reported that the access failed. */
    public boolean failed() {
        return status.isPresent() && status.get() != Status.OK;
    }
}
