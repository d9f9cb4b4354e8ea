// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/** Whether the sender of a command wants it answered; a WRITE that wants no response is a posted one. */
public enum ResponseWanted {
    YES,
    NO
}
