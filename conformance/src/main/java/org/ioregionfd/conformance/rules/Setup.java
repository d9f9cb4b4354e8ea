// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

/**
 * The configuration of a KVM side by its user.
 *
 * @param versions bits 1 and 2 for versions 1 and 2
 * @param features those that are allowed, as a bitmap
 * @param required those of them that are required
 * @param pinned the version of a pin, or 0 for none; with a pin nothing else but the window is set
 */
public record Setup(
        boolean isByteFields,
        Hello hello,
        int versions,
        long features,
        long required,
        int maxInflight,
        int pinned,
        long pinnedFeatures,
        int pinnedWindow) {
    /** Policy and mode of the HELLO. */
    public enum Hello {
        PREFER_ATTACHED,
        PREFER_DETACHED,
        REQUIRE
    }
}
