// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Locale;

/** Whether K negotiates, and what it does with a peer that does not. */
public enum Policy {
    /** Version 0, no HELLO [POL-001]. */
    OFF,
    /** Negotiate; version 0 if the answer bears no marker, or by SELECT. */
    PREFER,
    /** Negotiate before the first access; anything but an agreement fails [POL-002]. */
    REQUIRE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The policy's name on command lines and for the test driver. */
    public String label() {
        return label;
    }
}
