// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.io.IOException;

/** An access that was not answered. It was not sent again and never will be [FAI-002]. */
public final class AccessException extends IOException {
    private static final long serialVersionUID = 1L;

    private final AccessEnd end;

    /** An access that ended like that, which is not DONE, and why in plain words. */
    public AccessException(AccessEnd end, String why) {
        super(why);
        this.end = end;
    }

    /** NOT_SENT, or MAYBE_EXECUTED [FAI-001]. */
    public AccessEnd end() {
        return end;
    }

    /** None: a peer can cause as many of these as it likes, and where it happened says nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
