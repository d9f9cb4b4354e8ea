// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/** How an access ended. Every access ends, whatever the peer does, and none is ever sent again [FAI-001, FAI-002]. */
public enum AccessEnd {
    /** The response came, or a posted WRITE was written. */
    DONE("done"),
    /** No byte of the command was written. */
    NOT_SENT("not sent"),
    /** The command, or a part of it, was written or still will be, and no response came. */
    MAYBE_EXECUTED("may have been executed");

    private final String label;

    AccessEnd(String label) {
        this.label = label;
    }

    /** In plain words. */
    public String label() {
        return label;
    }
}
