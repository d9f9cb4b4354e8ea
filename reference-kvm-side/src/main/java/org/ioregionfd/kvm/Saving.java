// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/** What came of the wish to save an agreement [REC-004]. */
public sealed interface Saving {
    /** The record; nothing was under way when it was taken. */
    record Saved(SavedAgreement agreement) implements Saving {}

    /** Nothing is saved now. */
    record Refused(String why) implements Saving {}
}
