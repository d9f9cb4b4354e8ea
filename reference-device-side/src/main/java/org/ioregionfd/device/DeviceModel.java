// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import java.util.function.Supplier;

/**
 * A kind of device: what every channel that serves it has in common.
 *
 * @param regions that commands can name
 * @param devices gives each channel a device of its own, or one that is shared and looks after its own locking; called from
 *     whichever thread opens the channel
 */
public record DeviceModel(Regions regions, Supplier<? extends Device> devices) {
    /** A device of one region. */
    public static DeviceModel of(long userData, long length, Supplier<? extends Device> devices) {
        return new DeviceModel(Regions.of(userData, length), devices);
    }
}
