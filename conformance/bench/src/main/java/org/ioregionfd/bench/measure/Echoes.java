// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.nio.file.Path;
import org.ioregionfd.bench.client.FastChannel.Waiting;
import org.ioregionfd.bench.host.Baseline;
import org.ioregionfd.bench.host.Baseline.Manner;
import org.ioregionfd.conformance.peer.NotAttached;

/** Where the processes of the baseline listen: the same ones for every subject of a run. */
public final class Echoes {
    private final String name;
    private final Path one;
    private final Path many;

    private Echoes(String name, Path one, Path many) {
        this.name = name;
        this.one = one;
        this.many = many;
    }

    /** Starts those that wait as the peer does. */
    public static Echoes start(Baseline baseline, Waiting waiting) throws NotAttached {
        if (waiting == Waiting.POLLING) {
            Path spinning = baseline.start(Manner.SPIN).path();
            return new Echoes(baseline.name() + ", polling", spinning, spinning);
        }
        return new Echoes(
                baseline.name(),
                baseline.start(Manner.ONE).path(),
                baseline.start(Manner.MANY).path());
    }

    /** What they are, for a report. */
    String name() {
        return name;
    }

    /** The one that takes a frame at a time. */
    public Path one() {
        return one;
    }

    /** The one that takes all that is there at a time. */
    public Path many() {
        return many;
    }
}
