// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;

/** Both directions of a channel. */
record Wires(Pipe toD, Pipe toK) {
    static Wires of(Scenario scenario, Dice dice) {
        Seals seals = new Seals(scenario.seals());
        return new Wires(
                pipe(scenario, new Bender(Bender.From.K, seals, dice, scenario.bendRate())),
                pipe(scenario, new Bender(Bender.From.D, seals, dice, scenario.bendRate())));
    }

    private static Pipe pipe(Scenario scenario, Bender bender) {
        return new Pipe(
                scenario.framing(), scenario.capacity(), Optional.of(bender).filter(any -> scenario.bendRate() > 0));
    }
}
