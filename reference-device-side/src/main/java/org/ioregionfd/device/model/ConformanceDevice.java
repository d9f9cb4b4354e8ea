// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;

/**
 * The conformance device of annex B: what a device under test serves, so that a suite can see what was executed. One object
 * serves one channel, all state is per region [DEV-001].
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

    private static final long ONES = -1L;

    private final Region first = new Region();
    private final Region second = new Region();

    @Override
    public long regionLength(long userData) {
        return userData == 1 || userData == 2 ? REGION_LENGTH : NO_REGION;
    }

    @Override
    public void read(DeviceAccess access) {
        region(access).read(access);
    }

    @Override
    public void write(DeviceAccess access) {
        region(access).write(access);
    }

    private Region region(DeviceAccess access) {
        return access.userData() == 1 ? first : second;
    }

    /** The state behind one user_data. */
    private static final class Region {
        private final ByteBuf memory = Unpooled.wrappedBuffer(new byte[MEMORY_LENGTH]);
        private int[] held = new int[1];
        private int heldCount;
        private long reads;
        private long writes;
        private long counter;

        /** READS counts those that were started before this one, faulting ones too. */
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
                releaseAll(access);
                access.done();
            } else if (offset == READS || offset == WRITES || offset == HOLD || offset == COUNTER) {
                access.done();
            } else {
                access.fault();
            }
        }

        private void hold(DeviceAccess access) {
            // [DEV-002] nothing could release it
            if (!access.canBeHeld()) {
                access.answer(ONES);
                return;
            }
            if (heldCount == held.length) {
                held = Arrays.copyOf(held, 2 * heldCount);
            }
            held[heldCount++] = access.hold();
        }

        private void releaseAll(DeviceAccess access) {
            for (int i = 0; i < heldCount; i++) {
                access.release(held[i], access.data());
            }
            heldCount = 0;
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
