// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Collects buffers that were never released, where Netty would only log them. Named to Netty by a system property of the test
 * JVM, since the detector is chosen before the first buffer is made.
 *
 * @param <T> what is watched
 */
public final class LeakCounter<T> extends ResourceLeakDetector<T> {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    public LeakCounter(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    /** Netty looks for this one too, and complains where it is missing. */
    public LeakCounter(Class<?> resourceType, int samplingInterval, long ignored) {
        this(resourceType, samplingInterval);
    }

    /** Where the buffers were used last that were never released. */
    static List<String> leaks() {
        return List.copyOf(LEAKS);
    }

    /** By default only where a logger would write the report. */
    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        LEAKS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        LEAKS.add(resourceType);
    }
}
