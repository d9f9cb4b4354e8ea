// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The events of a world in words, for a person who replays a seed. */
final class Trace {
    enum Wanted {
        YES,
        NO
    }

    private final Wanted wanted;
    private final List<String> lines = new ArrayList<>();

    Trace(Wanted wanted) {
        this.wanted = wanted;
    }

    void note(Supplier<String> line) {
        if (wanted == Wanted.YES) {
            lines.add(line.get());
        }
    }

    List<String> lines() {
        return lines;
    }
}
