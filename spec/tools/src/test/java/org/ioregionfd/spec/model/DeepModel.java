// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ioregionfd.spec.model.Tlc.Outcome;
import org.ioregionfd.spec.model.Tlc.Run;
import org.ioregionfd.spec.model.Tlc.Size;
import org.junit.jupiter.api.Test;

/** The model with more settings of both peers. Run by {@code -Dlong=DeepModel} only: it takes minutes. */
class DeepModel {
    /** Distinct states that are explored at least. */
    private static final int STATES_MIN = 2_500_000;

    @Test
    void everyPromiseHoldsInDepth() {
        Outcome outcome = Tlc.check(new Run("Check.tla", "deep.cfg", Size.IN_DEPTH));
        assertEquals(Tlc.HOLDS, outcome.exitStatus(), outcome::output);
        assertTrue(outcome.distinctStates() >= STATES_MIN, outcome::output);
    }
}
