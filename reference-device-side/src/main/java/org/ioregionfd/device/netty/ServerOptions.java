// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.netty;

import java.util.function.Supplier;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DevicePolicy;

/**
 * What a server serves.
 *
 * @param policy of every channel
 * @param devices gives each channel a device of its own
 * @param observer hears what becomes of the channels
 */
public record ServerOptions(DevicePolicy policy, Supplier<? extends Device> devices, ChannelObserver observer) {
    /** The default policy, unobserved. */
    public static ServerOptions serving(Supplier<? extends Device> devices) {
        return new ServerOptions(DevicePolicy.DEFAULT, devices, ChannelObserver.SILENT);
    }

    public ServerOptions withPolicy(DevicePolicy newPolicy) {
        return new ServerOptions(newPolicy, devices, observer);
    }

    public ServerOptions withObserver(ChannelObserver newObserver) {
        return new ServerOptions(policy, devices, newObserver);
    }
}
