// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.ioregionfd.bench.measure.BenchSettings;
import org.ioregionfd.bench.measure.FastChannel.Waiting;
import org.ioregionfd.bench.report.BenchFiles;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.report.ReportFile;
import picocli.CommandLine.Option;

/** The options that every bench has. */
final class BenchOptions {
    /** In a command's help before these; picocli gives these -1. */
    static final int BEFORE = -2;

    /** Fewer rounds have no useful median; more than this takes hours. */
    private static final int ROUNDS_MIN = 3;

    private static final int ROUNDS_MAX = 1000;

    /** A slice of ten seconds is no better than ten rounds of one second. */
    private static final int SLICE_MILLIS_MAX = 10_000;

    /** A peer that is not warm after a minute of one measure never will be. */
    private static final int WARM_UP_MILLIS_MAX = 60_000;

    @Option(names = "--quick", description = "A fifth of the time, for a first look.")
    private boolean quick;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each measure is taken (default: 9, quick: 7).")
    private Optional<Integer> rounds = Optional.empty();

    @Option(
            names = "--slice-ms",
            paramLabel = "N",
            description = "How long it takes each time (default: 60, quick: 20).")
    private Optional<Long> sliceMillis = Optional.empty();

    @Option(
            names = "--warm-up-ms",
            paramLabel = "N",
            description = "How long the peer is warmed up with each measure (default: 4000, quick: 400).")
    private Optional<Long> warmUpMillis = Optional.empty();

    @Option(
            names = "--busy-poll",
            description =
                    "The peer never sleeps. Then the suite does not sleep either, and each has its own processor.")
    private boolean busyPoll;

    @Option(names = "--check", description = "End with 1 if a goal is missed.")
    private boolean check;

    @Option(names = "--report-json", paramLabel = "FILE", description = "Write the figures as JSON.")
    private Optional<Path> reportJson = Optional.empty();

    @Option(
            names = "--report-html",
            paramLabel = "FILE",
            description = "Write the figures as one HTML page, with plots.")
    private Optional<Path> reportHtml = Optional.empty();

    @Option(
            names = "--hgrm",
            paramLabel = "DIR",
            description = "Write the distributions as files for the tools of HdrHistogram.")
    private Optional<Path> hgrm = Optional.empty();

    boolean isCheck() {
        return check;
    }

    Waiting waiting() {
        return busyPoll ? Waiting.POLLING : Waiting.ASLEEP;
    }

    /** UsageError with a line for the user if the ends should poll: a driver sleeps between two lines. */
    void requireSleeping() {
        if (busyPoll) {
            throw new UsageError("--busy-poll is for bench device");
        }
    }

    /** The settings; UsageError with a line for the user if a value is out of range. */
    BenchSettings settings() {
        BenchSettings usual = quick ? BenchSettings.QUICK : BenchSettings.FULL;
        return new BenchSettings(
                (int) UsageError.within("--rounds", rounds.orElse(usual.rounds()), ROUNDS_MIN, ROUNDS_MAX),
                millis("--slice-ms", sliceMillis, usual.slice(), SLICE_MILLIS_MAX),
                millis("--warm-up-ms", warmUpMillis, usual.warmUp(), WARM_UP_MILLIS_MAX),
                usual.restWithin(),
                waiting());
    }

    /** The requested reports; UsageError with a line for the user if one cannot be written. */
    BenchFiles files() {
        return new BenchFiles(
                reportJson.map(file -> ReportFile.at("--report-json", file)),
                reportHtml.map(file -> ReportFile.at("--report-html", file)),
                hgrm.map(folder -> ReportFile.folder("--hgrm", folder)));
    }

    private static Duration millis(String option, Optional<Long> value, Duration usual, int max) {
        return Duration.ofMillis(UsageError.within(option, value.orElse(usual.toMillis()), 1, max));
    }
}
