// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.ScriptedPeer;
import org.junit.jupiter.api.Test;

/** An access allocates no memory in steady state, on any thread. */
class AllocationTest extends OnEveryTransport {
    /** An object for each access would show in every window, as sixteen bytes at least. */
    private static final int ACCESSES = 500;

    /** Until all is compiled; on a busy machine also until no thread is held up at the channel's lock. */
    private static final int WINDOWS_MAX = 400;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** As an array: a set of their numbers would make an object for each look-up. */
    private final Set<Thread> involved = ConcurrentHashMap.newKeySet();

    /** One call of each kind that waits. */
    private static void round(KvmChannel channel) throws IOException {
        channel.readValue(1, 0x10, 4);
        channel.write(1, 0x10, 4, 7);
        channel.post(1, 0x10, 4, 7);
        channel.fence();
    }

    @Test
    void makesNoObjectForAnAccess() throws Exception {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // it makes objects for some buffers
        try (ScriptedPeer peer = aware();
                KvmTransport watched = kind.open(Observation.by(event -> involved.add(Thread.currentThread())));
                KvmChannel channel = watched.connect(new Attachment.UnixPath(peer.path()), REQUIRE)) {
            for (int i = 0; i < ACCESSES; i++) {
                round(channel);
            }
            involved.add(Thread.currentThread());
            long[] ids = involved.stream().mapToLong(Thread::getId).toArray();
            // Netty has a thread of its own, the others have the caller's only
            assertTrue(kind == Transport.NETTY ? ids.length == 2 : ids.length == 1, ids.length + " threads");
            long allocated = Long.MAX_VALUE;
            for (int window = 0; allocated != 0 && window < WINDOWS_MAX; window++) {
                allocated = allocatedIn(channel, ids);
            }
            assertTrue(allocated == 0, allocated + " bytes in the last " + ACCESSES + " rounds of four accesses");
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    private long allocatedIn(KvmChannel channel, long[] ids) throws IOException {
        // asked twice: what the question itself costs is in the difference of the first two
        long[] first = threads.getThreadAllocatedBytes(ids);
        long[] before = threads.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ACCESSES; i++) {
            round(channel);
        }
        long[] after = threads.getThreadAllocatedBytes(ids);
        long allocated = 0;
        for (int i = 0; i < ids.length; i++) {
            assertNotEquals(-1, after[i]);
            long asking = ids[i] == Thread.currentThread().getId() ? before[i] - first[i] : 0;
            allocated += after[i] - before[i] - asking;
        }
        return allocated;
    }
}
