// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;

/** Both directions of a channel. */
record Wires(Pipe toD, Pipe toK) {
    static Wires of(Scenario scenario, Dice dice) {
        if (scenario.bendRate() == 0) {
            return new Wires(
                    new Pipe(scenario.framing(), scenario.capacity(), Optional.empty()),
                    new Pipe(scenario.framing(), scenario.capacity(), Optional.empty()));
        }
        Seals seals = new Seals(scenario.seals());
        return new Wires(
                new Pipe(
                        scenario.framing(),
                        scenario.capacity(),
                        Optional.of(new Bender(Bender.From.K, seals, dice, scenario.bendRate()))),
                new Pipe(
                        scenario.framing(),
                        scenario.capacity(),
                        Optional.of(new Bender(Bender.From.D, seals, dice, scenario.bendRate()))));
    }
}
