// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Many channels of one device: a few that always have a READ under way, and others that say nothing. Confined to one thread. */
public final class BusyChannels implements AutoCloseable {
    private final Target target;
    private final List<FastChannel> busy = new ArrayList<>();
    private final List<FastChannel> idle = new ArrayList<>();

    /** None yet. */
    public BusyChannels(Target target) {
        this.target = target;
    }

    /** Opens channels until there are {@code busyCount} busy ones and {@code count} in all. */
    public void open(int busyCount, int count) throws IOException {
        while (busy.size() < busyCount) {
            busy.add(target.open());
        }
        while (busy.size() + idle.size() < count) {
            idle.add(target.open());
        }
    }

    /** For {@code nanos}: a READ on each busy channel, and then its response, one channel after the other. */
    public FastChannel.Pace run(long nanos, Histogram into) throws IOException {
        long start = System.nanoTime();
        long now = start;
        long count = 0;
        long[] begun = new long[busy.size()];
        while (now - start < nanos) {
            for (int i = 0; i < begun.length; i++) {
                begun[i] = System.nanoTime();
                busy.get(i).sendOne(target.speech());
            }
            for (int i = 0; i < begun.length; i++) {
                busy.get(i).receiveOne(target.speech());
                now = System.nanoTime();
                into.recordValue(now - begun[i]);
            }
            count += begun.length;
        }
        return new FastChannel.Pace(count, now - start);
    }

    @Override
    public void close() throws IOException {
        for (FastChannel channel : busy) {
            channel.close();
        }
        for (FastChannel channel : idle) {
            channel.close();
        }
    }
}
