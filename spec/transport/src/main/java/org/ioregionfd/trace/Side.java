// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.trace;

/** Who sent the bytes. */
public enum Side {
    /** K, which sends commands. */
    KVM,
    /** D, which answers them. */
    DEVICE
}
