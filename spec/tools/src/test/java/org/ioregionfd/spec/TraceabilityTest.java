// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Every MUST is obeyed somewhere, and no sentence changes without its checks being read. A test beside the checks holds that
 * every clause is checked, or says why not.
 */
class TraceabilityTest {
    private final Traceability trace = new Traceability();

    @Test
    void everyMustIsCitedInTheCodeThatObeysIt() {
        assertEquals(List.of(), trace.uncited());
    }

    @Test
    void noSentenceChangedWhileItsChecksStayedUnread() {
        assertEquals(
                Set.of(),
                ReviewedSentences.changed(),
                "read the checks of these sentences, then run spec/generate --reviewed");
    }

    @Test
    void theTableSaysWhereAClauseIsModelledTriedCheckedAndObeyed() {
        String row = trace.table()
                .lines()
                .filter(line -> line.contains("#SEL-013)"))
                .findFirst()
                .orElseThrow();
        assertTrue(
                row.startsWith("| [SEL-013](../../handshake.md#SEL-013) | D MUST | Faults.tla<br>Rules.tla | "), row);
        assertTrue(
                row.contains("<br>device: refusesAVersionThatTheOfferDoesNotList<br>")
                        && row.contains("SelectChecks.java"),
                row);
    }
}
