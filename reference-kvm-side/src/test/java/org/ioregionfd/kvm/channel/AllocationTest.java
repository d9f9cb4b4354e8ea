// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessQueue;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.ScriptedPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An access allocates no memory in steady state, on any thread. */
class AllocationTest extends OnEveryTransport {
    /** An object for each access would show in every window, as sixteen bytes at least. */
    private static final int ACCESSES = 500;

    /** Until all is compiled; on a busy machine also until no thread is held up at the channel's lock. */
    private static final int WINDOWS_MAX = 400;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** As an array: a set of their numbers would make an object for each look-up. */
    private final Set<Thread> involved = ConcurrentHashMap.newKeySet();

    /** Many accesses. */
    @FunctionalInterface
    private interface Accesses {
        void run() throws IOException;
    }

    /** Calls of each kind that waits. */
    private static void callAndWait(KvmChannel channel) throws IOException {
        for (int i = 0; i < ACCESSES; i++) {
            channel.readValue(1, 0x10, 4);
            channel.write(1, 0x10, 4, 7);
            channel.post(1, 0x10, 4, 7);
            channel.fence();
        }
    }

    @Test
    void makesNoObjectForAnAccess() throws Exception {
        // Netty has a thread of its own, the others have the caller's only
        if (kind != Transport.NETTY) {
            makesNoObject(1, channel -> () -> callAndWait(channel));
            return;
        }
        makesNoObject(2, channel -> {
            // nobody waits for this one on the channel, so that Netty's thread reads it for certain
            channel.submit(KvmCommand.read(1, 0x10, 4)).toCompletableFuture().join();
            return () -> callAndWait(channel);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 32, 128})
    void makesNoObjectForAnAccessOfAQueue(int window) throws Exception {
        makesNoObject(2, channel -> new Window(channel, window));
    }

    private void makesNoObject(int threadsInvolved, Function<KvmChannel, Accesses> use) throws Exception {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // it makes objects for some buffers
        try (ScriptedPeer peer = aware();
                KvmTransport watched = kind.open(Observation.by(event -> involved.add(Thread.currentThread())));
                KvmChannel channel = watched.connect(new Attachment.UnixPath(peer.path()), REQUIRE)) {
            Accesses accesses = use.apply(channel);
            accesses.run();
            involved.add(Thread.currentThread());
            long[] ids = involved.stream().mapToLong(Thread::getId).toArray();
            assertEquals(threadsInvolved, ids.length);
            long allocated = Long.MAX_VALUE;
            for (int window = 0; allocated != 0 && window < WINDOWS_MAX; window++) {
                allocated = allocatedIn(accesses, ids);
            }
            assertTrue(allocated == 0, allocated + " bytes in the last " + ACCESSES + " accesses of each kind");
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    private long allocatedIn(Accesses accesses, long[] ids) throws IOException {
        // asked twice: what the question itself costs is in the difference of the first two
        long[] first = threads.getThreadAllocatedBytes(ids);
        long[] before = threads.getThreadAllocatedBytes(ids);
        accesses.run();
        long[] after = threads.getThreadAllocatedBytes(ids);
        long allocated = 0;
        for (int i = 0; i < ids.length; i++) {
            assertNotEquals(-1, after[i]);
            long asking = ids[i] == Thread.currentThread().getId() ? before[i] - first[i] : 0;
            allocated += after[i] - before[i] - asking;
        }
        return allocated;
    }

    /** READs and WRITEs with so many under way. */
    private static final class Window implements Accesses {
        private final AccessQueue queue;
        private final int slots;
        private final Thread user = Thread.currentThread();
        private final AtomicInteger open = new AtomicInteger();
        private int left;

        Window(KvmChannel channel, int slots) {
            queue = channel.newQueue(slots, this::ended);
            this.slots = slots;
        }

        @Override
        public void run() {
            left = 2 * ACCESSES;
            open.set(slots);
            for (int slot = 0; slot < slots; slot++) {
                queue.read(slot, 1, slot, 4);
            }
            queue.flush();
            while (open.get() > 0) {
                LockSupport.park();
            }
        }

        private void ended(int slot) {
            if (left > 0) {
                left--;
                if (left % 2 == 0) {
                    queue.read(slot, 1, slot, 4);
                } else {
                    queue.write(slot, 1, slot, 4, 7);
                }
            } else if (open.decrementAndGet() == 0) {
                LockSupport.unpark(user);
            }
        }
    }
}
