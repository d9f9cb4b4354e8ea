// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.kvm.KvmEvent;
import org.ioregionfd.kvm.KvmObserver;
import org.ioregionfd.wire.Status;

/** Tells an observer of the ends of accesses; of those that end together and alike, at once. Guarded by the core's hold. */
final class AccessEvents {
    private final KvmObserver observer;
    /** Of the ends that the observer was not yet told of. */
    private KvmEvent.Occasion last = KvmEvent.Occasion.READ;

    private int count;

    AccessEvents(KvmObserver observer) {
        this.observer = observer;
    }

    /** Call {@link #flush} after the last one of those that end together. */
    void ended(KvmAccess<?> access) {
        switch (access.end()) {
            case NOT_SENT -> add(KvmEvent.Occasion.NOT_SENT);
            case MAYBE_EXECUTED -> add(KvmEvent.Occasion.MAYBE_EXECUTED);
            case DONE -> done(access);
        }
    }

    /** Tells of the rest. */
    void flush() {
        if (count > 0) {
            observer.happened(last, count);
            count = 0;
        }
    }

    private void done(KvmAccess<?> access) {
        KvmEvent.Occasion written = access.wantsResponse() ? KvmEvent.Occasion.WRITE : KvmEvent.Occasion.POSTED_WRITE;
        add(
                switch (access.op()) {
                    case READ -> KvmEvent.Occasion.READ;
                    case WRITE -> written;
                    case FENCE -> KvmEvent.Occasion.FENCE;
                });
        if (access.status().isPresent() && access.status().get() != Status.OK) {
            add(KvmEvent.Occasion.ACCESS_ERROR);
        }
    }

    private void add(KvmEvent.Occasion occasion) {
        if (occasion != last) {
            flush();
            last = occasion;
        }
        count++;
    }
}
