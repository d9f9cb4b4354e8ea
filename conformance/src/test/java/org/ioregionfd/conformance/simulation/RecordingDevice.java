// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayDeque;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.model.ConformanceDevice;

/** The device behind a machine, the conformance device or one that is late, and what really reached it. */
final class RecordingDevice implements Device {
    private final Device device;
    private final ArrayDeque<Performed> calls = new ArrayDeque<>();

    RecordingDevice(Device device) {
        this.device = device;
    }

    /** What a machine serves with it. */
    DeviceModel model() {
        return new DeviceModel(ConformanceDevice.REGIONS, () -> this);
    }

    @Override
    public void perform(DeviceAccess access) {
        record(access.isWrite() ? Performed.WRITE : Performed.READ, access);
        device.perform(access);
    }

    /** Everything that was performed has to be what the model performed, once and in that order. */
    void compare(ArrayDeque<Performed> expected) {
        Wrong.unlessSame(expected.size(), calls.size(), () -> "accesses that reached the device");
        while (!expected.isEmpty()) {
            Performed wanted = expected.remove();
            Performed seen = calls.remove();
            boolean same = wanted.op == seen.op
                    && wanted.region == seen.region
                    && wanted.offset == seen.offset
                    && wanted.sizeExponent == seen.sizeExponent
                    && (wanted.op == Performed.READ || wanted.data == seen.data);
            Wrong.unless(same, () -> "the device performed " + seen + ", not " + wanted);
        }
    }

    private void record(int op, DeviceAccess access) {
        int exponent = Integer.numberOfTrailingZeros(access.size());
        calls.add(new Performed(op, access.userData(), access.offset(), exponent, access.data()));
    }
}
