// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/** Whether the sender of a command wants a response; a WRITE that wants none is posted. */
public enum ResponseWanted {
    YES,
    NO
}
