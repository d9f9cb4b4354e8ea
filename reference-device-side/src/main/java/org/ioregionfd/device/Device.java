// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

/**
 * What stands behind one channel. Each channel has a device of its own and calls it from one thread at a time, in the order in
 * which the commands were sent [ORD-001], so that a device needs no locks for its channel's sake.
 */
@FunctionalInterface
public interface Device {
    /**
     * Performs one access: {@link DeviceAccess#answer}, {@link DeviceAccess#done} or {@link DeviceAccess#fault} before it
     * returns, or {@link DeviceAccess#defer}, to complete it later from any thread. A device that does none of these has
     * failed the access, so that no guest waits for an answer that is not coming [V0-014]. That the region exists and
     * that the access lies within it was checked before [ACE-001].
     *
     * <p>It must not block: the other commands of the channel wait meanwhile, and with an event loop other channels too.
     * An exception closes the channel.
     *
     * @param access valid until this method returns; it serves the next command after that
     */
    void perform(DeviceAccess access);
}
