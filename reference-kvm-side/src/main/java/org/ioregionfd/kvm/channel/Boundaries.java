// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

/** Whether a channel keeps the boundaries of what is written. */
public enum Boundaries {
    STREAM,
    /** One record is one frame [CHN-005]. */
    RECORDS
}
