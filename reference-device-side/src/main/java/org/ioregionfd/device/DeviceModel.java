// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import java.util.function.Supplier;

/**
 * A kind of device: the common part of all channels that serve it.
 *
 * @param regions that commands can name
 * @param devices gives each channel a device of its own, or a shared one that does its own locking; called from the thread
 *     that opens the channel
 */
public record DeviceModel(Regions regions, Supplier<? extends Device> devices) {
    /** A device of one region. */
    public static DeviceModel of(long userData, long length, Supplier<? extends Device> devices) {
        return new DeviceModel(Regions.of(userData, length), devices);
    }
}
