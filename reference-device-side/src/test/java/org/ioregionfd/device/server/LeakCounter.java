// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Collects buffers that were never released; Netty would only log them. A system property of the test JVM names it to Netty,
 * because the detector is chosen before the first buffer is made.
 *
 * @param <T> what is watched
 */
public final class LeakCounter<T> extends ResourceLeakDetector<T> {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    public LeakCounter(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    /** Netty looks for this constructor too, and complains if it is missing. */
    public LeakCounter(Class<?> resourceType, int samplingInterval, long ignored) {
        this(resourceType, samplingInterval);
    }

    /** Where the buffers were used last that were never released. */
    static List<String> leaks() {
        return List.copyOf(LEAKS);
    }

    /** By default only if a logger would write the report. */
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
