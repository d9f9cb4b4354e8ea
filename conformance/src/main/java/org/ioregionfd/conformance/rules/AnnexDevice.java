// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ioregionfd.conformance.rules.FrameShape.FieldShape;

/**
 * The conformance device of the annex as the document describes it: the required result of each access of one channel, when
 * the accesses run one after the other. DEV-001, DEV-002
 */
public final class AnnexDevice {
    public static final long REGION = 1;
    public static final long OTHER_REGION = 2;
    public static final long LENGTH = 0x1000;
    public static final long MEMORY_LENGTH = 0x100;

    /** A size exponent for accesses whose size does not matter. */
    public static final int BYTE = 0;

    /** The size exponent of 64-bit accesses. */
    public static final int QUAD = 3;

    /** The result of an access: the name of its status, and the data of its response. */
    public record End(String status, long data) {}

    /** The registers of a region, by their offsets. */
    public static final long READS = 0x100;

    public static final long WRITES = 0x108;
    public static final long HOLD = 0x110;
    public static final long RELEASE = 0x118;
    public static final long FAULT = 0x120;
    public static final long COUNTER = 0x128;

    private static final Map<Long, String> REGISTERS = Map.of(
            READS, "READS", WRITES, "WRITES", HOLD, "HOLD", RELEASE, "RELEASE", FAULT, "FAULT", COUNTER, "COUNTER");

    private final Map<Long, Region> regions = new HashMap<>();
    /** READs of HOLD that no RELEASE has ended, in their order. */
    private final List<Held> held = new ArrayList<>();

    private static final class Region {
        private final byte[] memory = new byte[(int) MEMORY_LENGTH];
        private long reads;
        private long writes;
        private long counter;
    }

    /** A READ of HOLD, and its end once a RELEASE has come. */
    private static final class Held {
        private final Access access;
        private Optional<End> end = Optional.empty();

        private Held(Access access) {
            this.access = access;
        }
    }

    public AnnexDevice() {
        regions.put(REGION, new Region());
        regions.put(OTHER_REGION, new Region());
    }

    /** The name of the register at {@code offset} of the region {@code userData}; empty where there is none. */
    public static Optional<String> nameOf(long userData, long offset) {
        return userData == REGION || userData == OTHER_REGION
                ? Optional.ofNullable(REGISTERS.get(offset))
                : Optional.empty();
    }

    /** An access to the first region. */
    public static Access at(long offset, int sizeExponent) {
        return new Access(REGION, offset, sizeExponent);
    }

    /** A 64-bit access to the first region. */
    public static Access at(long offset) {
        return at(offset, QUAD);
    }

    /** A READ where other commands may be in flight: one of HOLD has no end before a RELEASE. DEV-002 */
    public Supplier<Optional<End>> hold(Access access) {
        End end = read(access);
        if (access.offset() != HOLD || !end.status().equals("OK")) {
            return () -> Optional.of(end);
        }
        Held read = new Held(access);
        held.add(read);
        return () -> read.end;
    }

    /** The region of the READ that has been held longest. */
    public Optional<Long> heldRegion() {
        return held.stream().map(read -> read.access.userData()).findFirst();
    }

    /** A READ where only one command may be in flight. */
    public End read(Access access) {
        return before(access).orElseGet(() -> {
            Region region = region(access);
            long readsBefore = region.reads++;
            if (isMemory(access)) {
                return ok(FieldShape.number(region.memory, (int) access.offset(), size(access)));
            }
            long offset = access.offset();
            if (offset == READS) {
                return ok(access.cut(readsBefore));
            }
            if (offset == WRITES) {
                return ok(access.cut(region.writes));
            }
            if (offset == HOLD) {
                return ok(access.ones());
            }
            if (offset == RELEASE) {
                return ok(0);
            }
            return offset == COUNTER ? ok(access.cut(region.counter++)) : new End("DEVICE_FAULT", access.ones());
        });
    }

    public End write(Access access, long data) {
        return before(access).orElseGet(() -> {
            Region region = region(access);
            region.writes++;
            if (isMemory(access)) {
                store(region.memory, access, data);
                return ok(0);
            }
            long offset = access.offset();
            if (offset == RELEASE) {
                release(access.userData(), access.cut(data));
            }
            boolean isRegister =
                    offset == READS || offset == WRITES || offset == HOLD || offset == RELEASE || offset == COUNTER;
            return isRegister ? ok(0) : new End("DEVICE_FAULT", access.ones());
        });
    }

    private void release(long userData, long value) {
        held.stream()
                .filter(read -> read.access.userData() == userData)
                .forEach(read -> read.end = Optional.of(ok(read.access.cut(value))));
        held.removeIf(read -> read.end.isPresent());
    }

    /** The error of an access that reaches no region; such an access counts nowhere. ACE-001 */
    public Optional<End> before(Access access) {
        if (!regions.containsKey(access.userData())) {
            return Optional.of(new End("BAD_REGION", access.ones()));
        }
        return Long.compareUnsigned(access.offset(), LENGTH - size(access)) > 0
                ? Optional.of(new End("BAD_OFFSET", access.ones()))
                : Optional.empty();
    }

    private Region region(Access access) {
        return Optional.ofNullable(regions.get(access.userData())).orElseThrow();
    }

    private static End ok(long data) {
        return new End("OK", data);
    }

    private static boolean isMemory(Access access) {
        return Long.compareUnsigned(access.offset(), MEMORY_LENGTH - size(access)) <= 0;
    }

    private static void store(byte[] memory, Access access, long data) {
        for (int i = 0; i < size(access); i++) {
            memory[(int) access.offset() + i] = (byte) (data >>> (8 * i));
        }
    }

    private static int size(Access access) {
        return 1 << access.sizeExponent();
    }
}
