// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

/** The suite cannot use what the user typed, or a named file; the message is a line for the user. */
public final class UsageError extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public UsageError(String message) {
        super(message);
    }

    /** Says what is wrong, with the cause. */
    public UsageError(String message, Throwable cause) {
        super(message, cause);
    }

    /** The number that an option was given; throws where it is out of range. */
    public static long within(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new UsageError(option + " is a number from " + least + " to " + most);
        }
        return value;
    }
}
