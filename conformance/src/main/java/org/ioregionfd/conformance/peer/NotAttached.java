// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

/** The peer under test could not be started or reached before the first check. The message is one plain line for the user. */
public final class NotAttached extends Exception {
    private static final long serialVersionUID = 1;

    /** {@code message} is shown as it is. */
    public NotAttached(String message) {
        super(message);
    }
}
