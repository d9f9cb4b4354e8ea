// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

/**
 * The device behind one channel. Each channel has a device of its own and calls it from one thread at a time, in the order in
 * which the commands were sent [ORD-001], so that a device needs no locks because of its channel.
 */
@FunctionalInterface
public interface Device {
    /**
     * Performs one access: {@link DeviceAccess#answer}, {@link DeviceAccess#done} or {@link DeviceAccess#fault} before it
     * returns, or {@link DeviceAccess#defer}, to complete it later from any thread. If a device does none of these, the
     * access has failed, so that no guest waits for an answer that never comes [V0-014]. The region and the bounds of the
     * access were checked before [ACE-001].
     *
     * <p>It must not block: the other commands of the channel wait meanwhile, and with an event loop other channels too.
     * An exception closes the channel.
     *
     * @param access valid until this method returns; it serves the next command after that
     */
    void perform(DeviceAccess access);
}
