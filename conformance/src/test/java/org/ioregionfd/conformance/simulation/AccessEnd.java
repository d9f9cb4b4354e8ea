// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;
import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.wire.Status;

/** The actual or the required end of an access, as a value that can be compared. */
sealed interface AccessEnd {
    record Done(long value, Optional<Status> status) implements AccessEnd {}

    record NotSent(String why) implements AccessEnd {}

    record MaybeExecuted(String why) implements AccessEnd {}

    static AccessEnd of(KvmAccess<?> access) {
        return switch (access.end()) {
            case DONE -> new Done(access.value(), access.status());
            case NOT_SENT -> new NotSent(access.why());
            case MAYBE_EXECUTED -> new MaybeExecuted(access.why());
        };
    }
}
