// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.junit.jupiter.api.Test;

/** Many more worlds than each build runs. Run by {@code -Dlong=ManyWorlds} only: it takes minutes. */
class ManyWorlds {
    private static final long FIRST = Long.getLong("simulation.first", 1_000_000);
    private static final long WORLDS = Long.getLong("simulation.worlds", 2_400_000);

    @Test
    void noneOfManyWorldsGoesWrong() {
        System.out.println(SimulationTest.liveThrough(FIRST, WORLDS) + ", none wrong");
    }
}
