// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Locale;

/** What carries the HELLO. */
public enum HelloMode {
    /** The guest's own first READ: no access and no wait is added, and any legacy device answers it. */
    ATTACHED,
    /** A READ of its own before every access; a legacy device may stay silent on it. */
    DETACHED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The mode's name on command lines and for the test driver. */
    public String label() {
        return label;
    }
}
