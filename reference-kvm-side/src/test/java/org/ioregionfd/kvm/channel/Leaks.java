// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the buffers that were collected without having been released; named in the build as Netty's detector. */
public final class Leaks<T> extends ResourceLeakDetector<T> {
    private static final List<String> REPORTS = new CopyOnWriteArrayList<>();

    public Leaks(Class<?> type, int samplingInterval) {
        super(type, samplingInterval);
    }

    /** The constructor that Netty looks for first. */
    public Leaks(Class<?> type, int samplingInterval, long maxActive) {
        super(type, samplingInterval);
    }

    /** Forgets earlier reports. */
    public static void clear() {
        REPORTS.clear();
    }

    /** The reports so far; collects garbage first, and lets the detector look. */
    public static List<String> reports() {
        System.gc();
        for (int i = 0; i < 100; i++) {
            ByteBuf occasion = UnpooledByteBufAllocator.DEFAULT.directBuffer(1);
            occasion.release();
        }
        return List.copyOf(REPORTS);
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        REPORTS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        REPORTS.add(resourceType);
    }
}
