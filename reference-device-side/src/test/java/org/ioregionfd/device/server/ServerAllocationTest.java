// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.wire.Frame;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command allocates no memory in steady state, from the read to the write. */
class ServerAllocationTest extends ServerFixture {
    /** An object for each read would show in every window, as sixteen bytes at least. */
    private static final int ROUNDS = 500;

    /** Until all is compiled, on a busy machine too. */
    private static final int WINDOWS_MAX = 400;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** As an array: a set of their numbers would make an object for each look-up. */
    private final Set<Thread> serving = ConcurrentHashMap.newKeySet();

    /** Tells which thread serves. */
    private Device watched() {
        ConformanceDevice device = new ConformanceDevice();
        return access -> {
            serving.add(Thread.currentThread());
            device.perform(access);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 32})
    void makesNoObjectForACommand(int atATime) throws IOException {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // it makes objects for some buffers
        Path other = directory.resolve("watched");
        try (DeviceServer server = listening(other, new DeviceModel(ConformanceDevice.REGIONS, this::watched));
                UnixPeer peer = UnixPeer.connect(other)) {
            ByteBuf[] commands = new ByteBuf[atATime];
            for (int i = 0; i < atATime; i++) {
                commands[i] = read(0);
            }
            ByteBuf batch = Kvm.all(commands);
            send(peer, batch, atATime);
            assertEquals(1, serving.size());
            Thread worker = serving.iterator().next();
            assertNotEquals(Thread.currentThread(), worker);
            long thread = worker.getId();
            long allocated = Long.MAX_VALUE;
            for (int window = 0; allocated != 0 && window < WINDOWS_MAX; window++) {
                long before = threads.getThreadAllocatedBytes(thread);
                for (int i = 0; i < ROUNDS; i++) {
                    send(peer, batch, atATime);
                }
                allocated = threads.getThreadAllocatedBytes(thread) - before;
            }
            assertTrue(allocated == 0, allocated + " bytes in the last " + ROUNDS + " rounds");
            assertEquals(1, server.counters().channelsOpen());
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    private static void send(UnixPeer peer, ByteBuf batch, int frames) throws IOException {
        peer.send(batch);
        peer.receive(frames * Frame.LENGTH);
    }
}
