// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/** How a channel cuts the received bytes into frames. */
public enum Framing {
    /** A byte stream, cut anywhere [CHN-002]; an unfinished frame at its end is no frame [CHN-004]. */
    STREAM,
    /** Records, each with its own length; a record of another length than a frame is a violation [CHN-005]. */
    RECORDS
}
