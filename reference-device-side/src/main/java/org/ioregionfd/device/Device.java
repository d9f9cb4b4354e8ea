// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

/**
 * What stands behind one channel: regions that answer READs and WRITEs. Each channel has a device of its own, and calls it
 * from one thread, in the order in which the commands were sent [ORD-001].
 *
 * <p>A device answers on the {@link DeviceAccess} that it is handed, before it returns; a device that says nothing has
 * failed the access, so that no guest ever waits for an answer that is not coming [V0-014]. Which regions there are, and
 * that an access lies within its region, is checked before [ACE-001].
 */
public interface Device {
    /** What {@link #regionLength} gives where there is no such region. */
    long NO_REGION = -1;

    /** Length in bytes, 0..2^63-1, of the region that {@code userData} names, or {@link #NO_REGION}. */
    long regionLength(long userData);

    /** Performs a READ: {@link DeviceAccess#answer}, {@link DeviceAccess#fault} or {@link DeviceAccess#hold}. */
    void read(DeviceAccess access);

    /** Performs a WRITE, whether or not its response is wanted: {@link DeviceAccess#done} or {@link DeviceAccess#fault}. */
    void write(DeviceAccess access);
}
