// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * What a command asks for. Versions 0 and 1 number READ 0 and WRITE 1. Version 2 uses other numbers, so that a command of one
 * version is not taken for a command of the other.
 */
public enum Op {
    READ(2),
    WRITE(3),
    /** Version 2, where FENCE was selected. */
    FENCE(4);

    private final int taggedCode;

    Op(int taggedCode) {
        this.taggedCode = taggedCode;
    }

    /** The op's number in version 2. */
    public int taggedCode() {
        return taggedCode;
    }
}
