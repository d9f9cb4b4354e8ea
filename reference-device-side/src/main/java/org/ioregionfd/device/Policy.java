// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

/** Whom the device side serves. */
public enum Policy {
    /**
     * Version 0 only, and no frame counts as marked. D acts exactly like a legacy device, except that it answers access
     * errors [POL-005].
     */
    OFF,
    /** Legacy and aware KVM sides. */
    ALLOW,
    /** Aware KVM sides only: an unmarked command before an agreement closes the channel [POL-004]. */
    REQUIRE
}
