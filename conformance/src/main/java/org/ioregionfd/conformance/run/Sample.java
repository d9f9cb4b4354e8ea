// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.Optional;

/**
 * The values that a property was given.
 *
 * @param text each with the name of its parameter; empty for a check without any
 * @param json the same values as a JSON array, to be given to the property again; empty where they cannot be read back equal
 */
public record Sample(String text, Optional<String> json) {
    /** A check without generated values. */
    public static final Sample NONE = new Sample("", Optional.empty());
}
