// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.List;
import org.ioregionfd.conformance.run.KnownFailures;
import org.ioregionfd.conformance.run.Outcome;
import org.ioregionfd.conformance.run.Outcome.Strictness;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.Seed;
import org.ioregionfd.conformance.run.Selection;
import org.ioregionfd.conformance.run.SubjectRun;

/** Reports of made-up runs. */
final class RunReports {
    private RunReports() {}

    static RunReport of(Outcome outcome, SubjectRun... runs) {
        return of(Strictness.MUST_ONLY, outcome, runs);
    }

    static RunReport of(Strictness strictness, Outcome outcome, SubjectRun... runs) {
        RunSettings settings = new RunSettings(Selection.ALL, new Seed(42), Effort.FULL, 100, 4, 1, KnownFailures.NONE);
        return new RunReport("0.1.0-SNAPSHOT", settings, strictness, List.of(runs), outcome);
    }
}
