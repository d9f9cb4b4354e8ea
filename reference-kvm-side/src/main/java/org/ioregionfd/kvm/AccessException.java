// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.io.IOException;

/** An access that was not answered. It was not sent again and never will be [FAI-002]. */
public final class AccessException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is known of the command [FAI-001]. */
    public enum Certainty {
        /** No byte of it was written. */
        NOT_SENT("not sent"),
        /** It, or a part of it, was written or still will be. */
        MAYBE_EXECUTED("may have been executed");

        private final String label;

        Certainty(String label) {
            this.label = label;
        }

        /** In plain words. */
        public String label() {
            return label;
        }
    }

    private final Certainty certainty;

    /** An access that ended like that, and why in plain words. */
    public AccessException(Certainty certainty, String why) {
        super(why);
        this.certainty = certainty;
    }

    /** Whether the access may have been executed [FAI-001]. */
    public Certainty certainty() {
        return certainty;
    }

    /** None: a peer can cause as many of these as it likes, and where it happened says nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
