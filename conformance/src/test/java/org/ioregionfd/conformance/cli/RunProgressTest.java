// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.Runs;
import org.junit.jupiter.api.Test;

/** The progress of a run, as lines that a terminal replaces and a log gets now and then. */
class RunProgressTest {
    private static final List<Check> CHECKS = Check.in(DeviceSuite.classes());

    private static final RunSettings SETTINGS =
            new RunSettings(Selection.ALL, new Seed(42), Effort.FULL, 100, 4, 1, KnownFailures.NONE);

    private static final int DEADLINE_SECONDS = 60;

    private final List<String> shown = new ArrayList<>();
    private final List<String> fallen = new ArrayList<>();

    @Test
    void showsWhatRunsAndHowFarTheRunIs() {
        try (RunProgress progress = new RunProgress(SETTINGS, 2, shown::add, fallen::add)) {
            progress.begins(CHECKS.get(0));
            progress.ends(Runs.with(Verdict.FAILED).results().get(0));
            progress.begins(CHECKS.get(1));
        }

        assertEquals(
                List.of(
                        "[0/2] the first handshake",
                        "[0/2] " + CHECKS.get(0).name(),
                        "",
                        "[1/2, 1 violated] SEL-013/refuses-a-version",
                        "[1/2, 1 violated] " + CHECKS.get(1).name(),
                        ""),
                shown);
    }

    @Test
    void tellsAtOnceWhatFailsButNotWhatIsKnownToFail() {
        Result failed = Runs.with(Verdict.FAILED).results().get(0);
        RunSettings known = new RunSettings(
                SETTINGS.selection(),
                SETTINGS.seed(),
                SETTINGS.effort(),
                1,
                0,
                1,
                new KnownFailures(List.of("SEL-013")));
        new RunProgress(SETTINGS, 2, shown::add, fallen::add).ends(failed);
        new RunProgress(known, 2, shown::add, fallen::add).ends(failed);

        assertEquals(List.of("FAILED SEL-013/refuses-a-version: expected a \"frame\" & more, seen <nothing>"), fallen);
    }

    @Test
    void neverWrapsALine() {
        StringWriter text = new StringWriter();
        try (ProgressLine line = ProgressLine.replaced(new PrintWriter(text));
                RunProgress progress = new RunProgress(SETTINGS, 1000, line::show, fallen::add)) {
            CHECKS.forEach(progress::begins);
        }

        List<String> lines = List.of(text.toString().split("\r\u001B\\[K"));
        assertTrue(lines.stream().allMatch(line -> line.length() < 80), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.length() == 79), "none is cut");
    }

    @Test
    void aPipeGetsALineNowAndThenAndNoControlCharacter() throws InterruptedException {
        StringWriter text = new StringWriter();
        CountDownLatch lines = new CountDownLatch(3);
        PrintWriter pipe = new PrintWriter(text) {
            @Override
            public void println(String line) {
                super.println(line);
                lines.countDown();
            }
        };
        try (ProgressLine line = ProgressLine.every(Duration.ofMillis(1), pipe);
                RunProgress progress = new RunProgress(SETTINGS, 2, line::show, fallen::add)) {
            CHECKS.forEach(progress::begins);
            assertTrue(lines.await(DEADLINE_SECONDS, TimeUnit.SECONDS), text::toString);
        }

        assertTrue(text.toString().lines().allMatch(line -> line.matches("\\[0/2] [ -~]+")), text::toString);
    }
}
