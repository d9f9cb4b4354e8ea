// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

/** What the user has typed, or a file that was named, cannot be used; the message is a line for the user. */
public final class UsageError extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public UsageError(String message) {
        super(message);
    }

    /** Says what is wrong, and what told so. */
    public UsageError(String message, Throwable cause) {
        super(message, cause);
    }
}
