// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

/** The suite was not able to judge, for a reason that is not the peer's. The message is one plain line. */
public final class SuiteFault extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** What it means for the user. */
    public enum Kind {
        /** Fewer checks were found or run than the suite is made of. */
        TOO_FEW,
        /** A mistake in the suite. */
        BROKEN
    }

    /** {@code message} is shown as it is. */
    public SuiteFault(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What it means for the user. */
    public Kind kind() {
        return kind;
    }
}
