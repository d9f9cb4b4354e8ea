// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.IntStream;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.ResponseWanted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Annex B, through a channel of version 0. [DEV-001] */
class ConformanceDeviceTest {
    private final DeviceChannel channel =
            new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, ConformanceDevice.MODEL);

    private long read(int sizeExponent, long region, long offset) {
        ByteBuf command = Unpooled.buffer();
        LegacyCommand.writeRead(command, Layout.INFO_WORD, sizeExponent, region, offset);
        return answer(command);
    }

    private long write(int sizeExponent, long region, long offset, long data) {
        ByteBuf command = Unpooled.buffer();
        LegacyCommand.writeWrite(command, Layout.INFO_WORD, sizeExponent, ResponseWanted.YES, region, offset, data);
        return answer(command);
    }

    private long answer(ByteBuf command) {
        ByteBuf out = Unpooled.buffer(0, 1 << 16);
        channel.receive(command, out, 0);
        assertEquals(32, out.readableBytes());
        return out.getLongLE(0);
    }

    @Test
    void hasZeroMemoryAtFirst() {
        IntStream.range(0, 0x100).forEach(offset -> assertEquals(0, read(0, 2, offset)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void keepsWhatWasWrittenAtEveryOffset(int sizeExponent) {
        for (int offset = 0; offset <= 0x100 - Access.size(sizeExponent); offset++) {
            long value = Access.truncate(0x1122334455667788L * (offset + 1), sizeExponent);
            assertEquals(0, write(sizeExponent, 1, offset, value));
            assertEquals(value, read(sizeExponent, 1, offset));
        }
        assertEquals(0, read(3, 2, 0), "the other region has memory of its own");
    }

    @Test
    void keepsMemoryLittleEndian() {
        write(3, 1, 8, 0x8877665544332211L);

        assertEquals(0x11, read(0, 1, 8));
        assertEquals(0x8877, read(1, 1, 14));
        assertEquals(0x66554433, read(2, 1, 10));
    }

    @Test
    void countsReadsOfTheRegionThatWereStartedBefore() {
        assertEquals(0, read(3, 1, 0x100));
        assertEquals(1, read(3, 1, 0x100));
        read(0, 1, 0x120);
        read(0, 1, 0x200);
        read(0, 1, 0x1000);
        read(0, 2, 0);
        write(0, 1, 0, 0);
        assertEquals(4, read(3, 1, 0x100), "faults count, accesses outside and other regions do not");
    }

    @Test
    void countsWritesOfTheRegion() {
        assertEquals(0, read(3, 1, 0x108));
        write(0, 1, 0, 0);
        write(0, 1, 0x120, 0);
        write(0, 1, 0x100, 0);
        write(0, 1, 0x1000, 0);
        write(0, 2, 0, 0);
        assertEquals(3, read(3, 1, 0x108));
    }

    @Test
    void countsUpWithEachReadOfCounter() {
        for (int expected = 0; expected < 300; expected++) {
            assertEquals(expected & 0xFF, read(0, 1, 0x128));
        }
        assertEquals(300, read(1, 1, 0x128));
        assertEquals(0, read(1, 2, 0x128));
    }

    @Test
    void doesNothingOnWritesToOtherRegisters() {
        for (long offset : new long[] {0x100, 0x108, 0x110, 0x118, 0x128}) {
            assertEquals(0, write(3, 1, offset, -1));
        }
        assertEquals(0, read(3, 1, 0x118));
        assertEquals(0, read(3, 1, 0x128));
    }

    @Test
    void faultsAtFault() {
        assertEquals(0xFFFF, read(1, 1, 0x120));
        assertEquals(-1, write(3, 1, 0x120, 0));
    }

    @Test
    void faultsWhereThereIsNothing() {
        for (long offset : new long[] {0xFD, 0xFF, 0x101, 0x104, 0x10C, 0x130, 0x800, 0xFFC}) {
            assertEquals(0xFFFFFFFFL, read(2, 1, offset), () -> Long.toHexString(offset));
            assertEquals(0xFFFFFFFFL, write(2, 1, offset, 0), () -> Long.toHexString(offset));
        }
    }

    @Test
    void hasTwoRegions() {
        assertEquals(0, read(0, 1, 0));
        assertEquals(0, read(0, 2, 0));
        for (long region : new long[] {0, 3, -1, 0x1_0000_0001L}) {
            assertEquals(0xFF, read(0, region, 0));
        }
    }
}
