// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.io.IOException;

/** An access that was not answered. K never sends it again [FAI-002]. */
public final class AccessException extends IOException {
    private static final long serialVersionUID = 1L;

    private final AccessEnd end;

    /** An access that ended in this way, which is not DONE, and why in plain words. */
    public AccessException(AccessEnd end, String why) {
        super(why);
        this.end = end;
    }

    /** NOT_SENT, or MAYBE_EXECUTED [FAI-001]. */
    public AccessEnd end() {
        return end;
    }

    /** No stack trace: a peer can cause any number of these, and the place tells nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
