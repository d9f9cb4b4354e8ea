// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;

/** No object is made for a command that breaks nothing. */
class NoGarbageTest {
    private static final int ROUNDS = 20_000;

    /** What the measurement itself and an occasional compilation may take: far below a byte per command. */
    private static final long BYTES_MAX = ROUNDS / 2;

    /** A completion, and what the conformance device needs to release it. */
    private static final long COMPLETION_BYTES_MAX = 80;

    @Test
    void executesVersionZeroWithoutGarbage() {
        assertNoGarbage(
                new Kvm(DevicePolicy.DEFAULT),
                Kvm.all(Kvm.read(Layout.INFO_WORD, 4, 1, 0x128), Kvm.write(Layout.INFO_WORD, 4, 1, 0, 1)));
    }

    @Test
    void executesVersionOneWithoutGarbage() {
        assertNoGarbage(
                Kvm.open(DevicePolicy.DEFAULT, 1, FeatureSet.NONE, 1),
                Kvm.all(Kvm.read(Layout.INFO_WORD, 4, 1, 0x128), Kvm.write(Layout.INFO_WORD, 4, 1, 0, 1)));
    }

    @Test
    void executesVersionTwoWithoutGarbage() {
        for (FeatureSet features : new FeatureSet[] {FeatureSet.ALL, FeatureSet.of(Feature.FENCE)}) {
            assertNoGarbage(
                    Kvm.open(DevicePolicy.DEFAULT, 2, features, 64),
                    Kvm.all(
                            Kvm.taggedRead(1, 4, 1, 0x128),
                            Kvm.fence(3),
                            Kvm.taggedRead(4, 4, 3, 0),
                            Kvm.taggedWrite(5, 4, 1, 0, 1)));
        }
    }

    /** FENCEs and answers that wait for their turn take slots, which were made before; a deferred access takes one object. */
    @Test
    void makesOneObjectForADeferredAccess() {
        for (FeatureSet features : new FeatureSet[] {FeatureSet.ALL, FeatureSet.of(Feature.FENCE)}) {
            assertGarbage(
                    ROUNDS * COMPLETION_BYTES_MAX,
                    Kvm.open(DevicePolicy.DEFAULT, 2, features, 64),
                    Kvm.all(
                            Kvm.taggedRead(2, 4, 1, 0x110),
                            Kvm.fence(3),
                            Kvm.taggedRead(4, 4, 1, 0x128),
                            Kvm.taggedWrite(5, 4, 1, 0x118, 1)));
        }
    }

    private static void assertNoGarbage(Kvm kvm, ByteBuf commands) {
        assertGarbage(BYTES_MAX, kvm, commands);
    }

    private static void assertGarbage(long bytesMax, Kvm kvm, ByteBuf commands) {
        ByteBuf out = Unpooled.buffer(Kvm.OUT_MAX, Kvm.OUT_MAX);
        run(kvm, commands, out);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        run(kvm, commands, out);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertTrue(bytes <= bytesMax, bytes + " bytes for " + ROUNDS + " rounds");
    }

    private static void run(Kvm kvm, ByteBuf commands, ByteBuf out) {
        for (int round = 0; round < ROUNDS; round++) {
            out.clear();
            commands.readerIndex(0);
            kvm.channel.receive(commands, out, 0);
        }
        assertTrue(out.isReadable() && kvm.channel.ending().isEmpty());
    }
}
