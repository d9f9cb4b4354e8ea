// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayDeque;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.model.ConformanceDevice;

/** The device behind a machine, the conformance device or a late one, and the accesses that really reached it. */
final class RecordingDevice implements Device {
    private final Device device;
    private final ArrayDeque<Performed> calls = new ArrayDeque<>();

    RecordingDevice(Device device) {
        this.device = device;
    }

    /** The machine's model of it. */
    DeviceModel model() {
        return new DeviceModel(ConformanceDevice.REGIONS, () -> this);
    }

    @Override
    public void perform(DeviceAccess access) {
        calls.add(asked(access));
        device.perform(access);
    }

    /** Exactly the accesses of the model must have been performed, once and in that order. */
    void compare(ArrayDeque<Performed> expected) {
        Wrong.unlessSame(expected.size(), calls.size(), () -> "accesses that reached the device");
        while (!expected.isEmpty()) {
            Performed wanted = expected.remove();
            Performed seen = calls.remove();
            boolean same = wanted.isWrite() == seen.isWrite()
                    && wanted.command.access().equals(seen.command.access())
                    && wanted.command.data() == seen.command.data();
            Wrong.unless(same, () -> "the device performed " + seen + ", not " + wanted);
        }
    }

    /** The access that a machine asks its device for. */
    static Performed asked(DeviceAccess access) {
        int exponent = Integer.numberOfTrailingZeros(access.size());
        return new Performed(
                new Command(
                        access.isWrite() ? Op.WRITE : Op.READ,
                        new Access(access.userData(), access.offset(), exponent),
                        access.data()),
                "");
    }
}
