// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

/**
 * A range of offsets that a guest can access through a channel.
 *
 * @param userData u64, by which commands name it
 * @param length in bytes, 1..2^63-1
 */
public record Region(long userData, long length) {
    public Region {
        if (length < 1) {
            throw new IllegalArgumentException("a region has a length of 1..2^63-1, not " + length);
        }
    }
}
