// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.cli.CheckRun.RunProgress;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.Runs;
import org.junit.jupiter.api.Test;

/** The progress of a run, which is shown on a terminal only. */
class RunProgressTest {
    private static final List<Check> CHECKS = Check.in(DeviceSuite.classes());

    private final List<String> shown = new ArrayList<>();

    @Test
    void showsWhatRunsAndHowFarTheRunIs() {
        try (RunProgress progress = new RunProgress(2, shown::add)) {
            progress.begins(CHECKS.get(0));
            progress.ends(Runs.with(Verdict.FAILED).results().get(0));
            progress.begins(CHECKS.get(1));
        }

        assertEquals(
                List.of(
                        "[0/2] " + CHECKS.get(0).name(),
                        "[1/2, 1 violated] " + CHECKS.get(1).name(),
                        ""),
                shown);
    }

    @Test
    void neverWrapsALine() {
        RunProgress progress = new RunProgress(1000, shown::add);
        CHECKS.forEach(progress::begins);

        assertTrue(shown.stream().allMatch(line -> line.length() < 80), shown::toString);
        assertTrue(shown.stream().anyMatch(line -> line.length() == 79), "none is cut");
    }

    @Test
    void writesNothingIntoAPipe() {
        StringWriter text = new StringWriter();
        RunProgress progress = new RunProgress(2, ProgressLine.on(new PrintWriter(text))::show);
        CHECKS.forEach(progress::begins);
        progress.close();

        assertEquals("", text.toString());
    }
}
