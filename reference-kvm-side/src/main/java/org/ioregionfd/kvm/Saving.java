// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/** The result of a request to save an agreement [REC-004]. */
public sealed interface Saving {
    /** The record; nothing was under way when it was taken. */
    record Saved(SavedAgreement agreement) implements Saving {}

    /** Nothing can be saved now. */
    record Refused(String why) implements Saving {}
}
