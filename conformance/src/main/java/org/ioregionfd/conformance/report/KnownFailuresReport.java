// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.stream.Collectors;
import org.ioregionfd.conformance.run.Result.Verdict;

/** The checks that a run has seen failing, as a list of known failures for the next one. */
public final class KnownFailuresReport {
    private KnownFailuresReport() {}

    /** One name on a line, each once, behind a line that says what they are. */
    public static String of(RunReport report) {
        return "# " + RunReport.plain(report.summary()).replace('\n', ' ') + '\n'
                + report.runs().stream()
                        .flatMap(run -> run.results().stream())
                        .filter(result -> result.isViolation() || result.verdict() == Verdict.KNOWN)
                        .map(result -> result.check().name() + '\n')
                        .distinct()
                        .collect(Collectors.joining());
    }
}
