// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;

/** A device with a bug. */
final class FailingDevice implements Device {
    @Override
    public long regionLength(long userData) {
        return 0x1000;
    }

    @Override
    public void read(DeviceAccess access) {
        throw new IllegalStateException("broken");
    }

    @Override
    public void write(DeviceAccess access) {
        access.done();
    }
}
