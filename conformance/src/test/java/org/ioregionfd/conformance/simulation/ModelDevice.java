// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ioregionfd.conformance.simulation.Lateness.Fate;
import org.ioregionfd.conformance.simulation.Lateness.When;

/** The conformance device of annex B, once more and sequential: what each access has to give. */
final class ModelDevice {
    /** Whether a READ of HOLD may wait [DEV-002]. */
    enum Holding {
        POSSIBLE,
        NEVER
    }

    static final int REGION_LENGTH = 0x1000;
    static final int MEMORY_LENGTH = 0x100;
    static final int READS = 0x100;
    static final int WRITES = 0x108;
    static final int HOLD = 0x110;
    static final int RELEASE = 0x118;
    static final int FAULT = 0x120;
    static final int COUNTER = 0x128;

    private final Region[] regions = {new Region(), new Region()};

    /** What has to have reached a device that was asked for what this one was asked for. */
    private final ArrayDeque<Performed> calls = new ArrayDeque<>();

    private final Lateness lateness;
    /** By how many had reached the device before. */
    private final Map<Integer, Performed> late = new HashMap<>();

    private int reached;

    ModelDevice(Lateness lateness) {
        this.lateness = lateness;
    }

    /** [ACE-001] in its order. */
    Performed perform(Performed access, Holding holding) {
        if (access.region != 1 && access.region != 2) {
            access.failed(Performed.BAD_REGION);
        } else if (Long.compareUnsigned(access.offset, REGION_LENGTH - (1L << access.sizeExponent)) > 0) {
            access.failed(Performed.BAD_OFFSET);
        } else {
            calls.add(access);
            reach(access, holding);
        }
        return access;
    }

    /** How many accesses have reached the device. */
    int reached() {
        return reached;
    }

    /**
     * Completes an access that was late, and gives it. A WRITE takes effect now: nothing has been started since [ORD-001]. A
     * READ's value says whose it is.
     */
    Performed complete(int number) {
        Performed access = late.remove(number);
        Fate fate = lateness.of(number);
        // A RELEASE does not fail: it would hold up a READ for good
        if (fate.faults() && access.offset != RELEASE) {
            access.failed(Performed.DEVICE_FAULT);
        } else if (access.op == Performed.WRITE) {
            access.held = false;
            regions[(int) access.region - 1].write(access);
        } else {
            access.ok(fate.value());
        }
        return access;
    }

    private void reach(Performed access, Holding holding) {
        Region region = regions[(int) access.region - 1];
        int number = reached++;
        region.count(access);
        if (lateness.of(number).when() == When.LATER) {
            access.held = true;
            access.late = true;
            late.put(number, access);
        } else if (access.op == Performed.READ) {
            region.read(access, holding);
        } else {
            region.write(access);
        }
    }

    ArrayDeque<Performed> calls() {
        return calls;
    }

    private static final class Region {
        private final byte[] memory = new byte[MEMORY_LENGTH];
        private final List<Performed> held = new ArrayList<>();
        private long reads;
        private long writes;
        private long counter;

        /** Those that were started, whatever becomes of them. */
        void count(Performed access) {
            if (access.op == Performed.READ) {
                reads++;
            } else {
                writes++;
            }
        }

        void read(Performed access, Holding holding) {
            int offset = (int) access.offset;
            if (offset + (1 << access.sizeExponent) <= MEMORY_LENGTH) {
                access.ok(load(offset, access.sizeExponent));
                return;
            }
            switch (offset) {
                case READS -> access.ok(reads - 1);
                case WRITES -> access.ok(writes);
                case HOLD -> {
                    if (holding == Holding.POSSIBLE) {
                        access.held = true;
                        held.add(access);
                    } else {
                        access.ok(-1L);
                    }
                }
                case RELEASE -> access.ok(0);
                case COUNTER -> access.ok(counter++);
                default -> access.failed(Performed.DEVICE_FAULT);
            }
        }

        void write(Performed access) {
            int offset = (int) access.offset;
            if (offset + (1 << access.sizeExponent) <= MEMORY_LENGTH) {
                for (int i = 0; i < 1 << access.sizeExponent; i++) {
                    memory[offset + i] = (byte) (access.data >>> (8 * i));
                }
                access.ok(0);
                return;
            }
            switch (offset) {
                case READS, WRITES, HOLD, COUNTER -> access.ok(0);
                case RELEASE -> {
                    held.forEach(read -> read.ok(access.data));
                    held.clear();
                    access.ok(0);
                }
                default -> access.failed(Performed.DEVICE_FAULT);
            }
        }

        private long load(int offset, int sizeExponent) {
            long value = 0;
            for (int i = 0; i < 1 << sizeExponent; i++) {
                value |= (memory[offset + i] & 0xFFL) << (8 * i);
            }
            return value;
        }
    }
}
