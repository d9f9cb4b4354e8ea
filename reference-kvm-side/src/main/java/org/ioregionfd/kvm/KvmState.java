// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/** The states of the KVM side of a channel (section 6.2 of the document). */
public enum KvmState {
    /** Nothing was negotiated yet. */
    IDLE("idle"),
    /** A HELLO waits for its answer. */
    HELLO_SENT("hello-sent"),
    /** An acceptable OFFER is held; no SELECT was sent for it. */
    OFFERED("offered"),
    /** A SELECT waits for its answer. */
    SELECT_SENT("select-sent"),
    /** Commands and responses of the agreed version. */
    OPEN("open"),
    /** Version 0 without an agreement. */
    LEGACY("legacy"),
    /** Final. */
    FAILED("failed");

    private final String label;

    KvmState(String label) {
        this.label = label;
    }

    /** The state's name for the test driver. */
    public String label() {
        return label;
    }
}
