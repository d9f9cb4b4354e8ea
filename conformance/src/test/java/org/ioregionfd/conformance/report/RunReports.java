// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.List;
import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.SubjectRun;

/** Reports of made-up runs. */
final class RunReports {
    private RunReports() {}

    static RunReport of(Outcome outcome, SubjectRun... runs) {
        return of(false, outcome, runs);
    }

    static RunReport of(boolean isStrict, Outcome outcome, SubjectRun... runs) {
        RunSettings settings = new RunSettings(Selection.ALL, new Seed(42), Effort.FULL, 100, 4, 1, KnownFailures.NONE);
        return new RunReport("0.1.0-SNAPSHOT", settings, isStrict, List.of(runs), outcome);
    }
}
