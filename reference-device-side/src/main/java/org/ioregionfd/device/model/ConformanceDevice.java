// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.device.Completion;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.Region;
import org.ioregionfd.device.Regions;

/**
 * The conformance device of annex B. A device under test serves it, so that a suite can see what was executed. One object
 * serves one channel, and all state is per region [DEV-001].
 */
public final class ConformanceDevice implements Device {
    /** Bytes of either region. */
    public static final long REGION_LENGTH = 0x1000;

    /** Bytes of plain memory at the beginning of a region. */
    public static final int MEMORY_LENGTH = 0x100;

    public static final long READS = 0x100;
    public static final long WRITES = 0x108;
    public static final long HOLD = 0x110;
    public static final long RELEASE = 0x118;
    public static final long FAULT = 0x120;
    public static final long COUNTER = 0x128;

    /** The two regions of annex B. */
    public static final Regions REGIONS = Regions.of(new Region(1, REGION_LENGTH), new Region(2, REGION_LENGTH));

    /** The model that a server under test serves. */
    public static final DeviceModel MODEL = new DeviceModel(REGIONS, ConformanceDevice::new);

    private static final long ONES = -1L;

    private final RegionState first = new RegionState();
    private final RegionState second = new RegionState();

    @Override
    public void perform(DeviceAccess access) {
        RegionState region = access.userData() == 1 ? first : second;
        if (access.isWrite()) {
            region.write(access);
        } else {
            region.read(access);
        }
    }

    /** The state behind one user_data. */
    private static final class RegionState {
        private final ByteBuf memory = Unpooled.wrappedBuffer(new byte[MEMORY_LENGTH]);
        private final List<Completion> held = new ArrayList<>(0);
        private long reads;
        private long writes;
        private long counter;

        /**
         * READS counts the READs that were started before this one, also those that fail [DEV-006]. A register is at its exact
         * offset [DEV-005].
         */
        void read(DeviceAccess access) {
            long readsBefore = reads++;
            long offset = access.offset();
            if (inMemory(access)) {
                access.answer(load((int) offset, access.size()));
            } else if (offset == READS) {
                access.answer(readsBefore);
            } else if (offset == WRITES) {
                access.answer(writes);
            } else if (offset == HOLD) {
                hold(access);
            } else if (offset == RELEASE) {
                access.answer(0);
            } else if (offset == COUNTER) {
                access.answer(counter++);
            } else {
                access.fault();
            }
        }

        void write(DeviceAccess access) {
            writes++;
            long offset = access.offset();
            if (inMemory(access)) {
                store((int) offset, access.size(), access.data());
                access.done();
            } else if (offset == RELEASE) {
                releaseAll(access.data());
                access.done();
            } else if (offset == READS || offset == WRITES || offset == HOLD || offset == COUNTER) {
                access.done();
            } else {
                access.fault();
            }
        }

        private void hold(DeviceAccess access) {
            // [DEV-002] nothing could release it
            if (access.holdsBackOthers()) {
                access.answer(ONES);
            } else {
                held.add(access.defer());
            }
        }

        private void releaseAll(long value) {
            held.forEach(read -> read.answer(value));
            held.clear();
        }

        private static boolean inMemory(DeviceAccess access) {
            return access.offset() <= MEMORY_LENGTH - access.size();
        }

        private long load(int offset, int size) {
            return switch (size) {
                case 1 -> memory.getByte(offset);
                case 2 -> memory.getShortLE(offset);
                case 4 -> memory.getIntLE(offset);
                default -> memory.getLongLE(offset);
            };
        }

        private void store(int offset, int size, long data) {
            switch (size) {
                case 1 -> memory.setByte(offset, (int) data);
                case 2 -> memory.setShortLE(offset, (int) data);
                case 4 -> memory.setIntLE(offset, (int) data);
                default -> memory.setLongLE(offset, data);
            }
        }
    }
}
