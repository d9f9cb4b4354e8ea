// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.ioregionfd.conformance.engine.Check;
import org.ioregionfd.conformance.engine.Runs;
import org.ioregionfd.conformance.engine.Verdict;
import org.ioregionfd.conformance.suite.device.DeviceSuite;
import org.junit.jupiter.api.Test;

/** The progress line, and that nobody but a terminal gets it. */
class RunProgressTest {
    private static final List<Check> CHECKS = Check.in(DeviceSuite.classes());

    private final StringWriter text = new StringWriter();

    @Test
    void showsWhatRunsAndHowFarTheRunIs() {
        RunProgress progress = RunProgress.of(2, new PrintWriter(text), RunProgress.Audience.TERMINAL);
        progress.begins(CHECKS.get(0));
        progress.ends(Runs.with(Verdict.FAILED).results().get(0));
        progress.begins(CHECKS.get(1));
        progress.close();

        String erase = "\r\u001B[K";
        assertEquals(
                erase + "[0/2] " + CHECKS.get(0).name() + erase + "[1/2, 1 violated] "
                        + CHECKS.get(1).name() + erase,
                text.toString());
    }

    @Test
    void neverWrapsALine() {
        RunProgress progress = RunProgress.of(1000, new PrintWriter(text), RunProgress.Audience.TERMINAL);
        CHECKS.forEach(progress::begins);

        assertTrue(
                text.toString()
                        .lines()
                        .allMatch(line -> line.replace("\u001B[K", "").length() < 80),
                text.toString());
    }

    @Test
    void writesNothingIntoAPipe() {
        RunProgress progress = RunProgress.of(2, new PrintWriter(text), RunProgress.Audience.PROGRAM);
        CHECKS.forEach(progress::begins);
        progress.close();

        assertEquals("", text.toString());
    }
}
