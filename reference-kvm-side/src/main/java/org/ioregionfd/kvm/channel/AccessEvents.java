// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.kvm.KvmEvent;
import org.ioregionfd.kvm.KvmObserver;
import org.ioregionfd.wire.Status;

/** Tells an observer of the ends of accesses. */
record AccessEvents(KvmObserver observer) {
    void ended(KvmAccess<?> access) {
        switch (access.end()) {
            case NOT_SENT -> observer.happened(KvmEvent.Occasion.NOT_SENT);
            case MAYBE_EXECUTED -> observer.happened(KvmEvent.Occasion.MAYBE_EXECUTED);
            case DONE -> done(access);
        }
    }

    private void done(KvmAccess<?> access) {
        KvmEvent.Occasion written = access.wantsResponse() ? KvmEvent.Occasion.WRITE : KvmEvent.Occasion.POSTED_WRITE;
        observer.happened(
                switch (access.op()) {
                    case READ -> KvmEvent.Occasion.READ;
                    case WRITE -> written;
                    case FENCE -> KvmEvent.Occasion.FENCE;
                });
        if (access.status().isPresent() && access.status().get() != Status.OK) {
            observer.happened(KvmEvent.Occasion.ACCESS_ERROR);
        }
    }
}
