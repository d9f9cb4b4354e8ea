// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/** How a channel cuts what it receives. */
public enum Framing {
    /** A byte stream, cut anywhere [CHN-002]; what is left of a frame at its end is no frame [CHN-004]. */
    STREAM,
    /** Records, each by itself; one of another length than a frame is a violation [CHN-005]. */
    RECORDS
}
