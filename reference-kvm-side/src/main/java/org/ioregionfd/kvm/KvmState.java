// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Locale;

/** The states of the KVM side of a channel (section 6.2 of the document). */
public enum KvmState {
    /** Nothing was negotiated yet. */
    IDLE,
    /** A HELLO waits for its answer. */
    HELLO_SENT,
    /** An acceptable OFFER is held; no SELECT was sent for it. */
    OFFERED,
    /** A SELECT waits for its answer. */
    SELECT_SENT,
    /** Commands and responses of the agreed version. */
    OPEN,
    /** Version 0 without an agreement. */
    LEGACY,
    /** Final. */
    FAILED;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The state's name for the test driver. */
    public String label() {
        return label;
    }
}
