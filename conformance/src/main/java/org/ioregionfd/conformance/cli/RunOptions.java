// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.engine.Outcome.Strictness;
import org.ioregionfd.conformance.engine.RunSettings;
import org.ioregionfd.conformance.engine.RunSettings.Effort;
import org.ioregionfd.conformance.engine.Seed;
import org.ioregionfd.conformance.engine.Selection;
import picocli.CommandLine.Option;

/** The options that every way of running checks has. */
final class RunOptions {
    private static final String DEFAULT_TIMEOUT_MILLIS = "2000";

    /** No wait for a peer is longer than ten minutes: what looks like a hang would be one. */
    private static final long TIMEOUT_MILLIS_MAX = 600_000;

    @Option(names = "--list", description = "List the checks and end.")
    private boolean list;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PREFIX",
            description = "Run only checks of clauses whose id, or whose own name, begins with PREFIX.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", description = "Repeat the run that printed this seed.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--timeout-ms",
            paramLabel = "N",
            defaultValue = DEFAULT_TIMEOUT_MILLIS,
            description = "How long to wait for each answer (default: ${DEFAULT-VALUE}).")
    private long timeoutMillis;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            description =
                    "How often a failing check is run again, to tell rule from chance (default: ${DEFAULT-VALUE}).")
    private int repeats = RunSettings.DEFAULT_REPEATS;

    @Option(names = "--quick", description = "Fewer generated cases.")
    private boolean quick;

    @Option(names = "--strict", description = "A violated SHOULD fails the run.")
    private boolean strict;

    @Option(names = "--report-json", paramLabel = "FILE", description = "Write the results as JSON.")
    private Optional<Path> reportJson = Optional.empty();

    @Option(names = "--report-junit", paramLabel = "FILE", description = "Write the results as JUnit XML.")
    private Optional<Path> reportJunit = Optional.empty();

    @Option(names = "--report-html", paramLabel = "FILE", description = "Write the results as one HTML page.")
    private Optional<Path> reportHtml = Optional.empty();

    @Option(
            names = "--save-failures",
            paramLabel = "DIR",
            description = "Save each failure as a file for replay, with a capture for Wireshark beside it.")
    private Optional<Path> saveFailures = Optional.empty();

    boolean isList() {
        return list;
    }

    Strictness strictness() {
        return strict ? Strictness.SHOULD_TOO : Strictness.MUST_ONLY;
    }

    Optional<Path> reportJson() {
        return reportJson;
    }

    Optional<Path> reportJunit() {
        return reportJunit;
    }

    Optional<Path> reportHtml() {
        return reportHtml;
    }

    Optional<Path> saveFailures() {
        return saveFailures;
    }

    /** Which checks are run; IllegalArgumentException with a line for the user if a prefix is empty. */
    Selection selection() {
        if (only.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("--only needs prefixes of clause ids, such as HEL or SEL-013");
        }
        return new Selection(only);
    }

    /** The settings; IllegalArgumentException with a line for the user if a value is out of range. */
    RunSettings settings() {
        if (timeoutMillis < 1 || timeoutMillis > TIMEOUT_MILLIS_MAX) {
            throw new IllegalArgumentException("--timeout-ms is a number from 1 to " + TIMEOUT_MILLIS_MAX);
        }
        if (repeats < 0 || repeats > RunSettings.REPEATS_MAX) {
            throw new IllegalArgumentException("--repeats is a number from 0 to " + RunSettings.REPEATS_MAX);
        }
        return new RunSettings(
                selection(),
                seed.map(Seed::new).orElseGet(Seed::fresh),
                Duration.ofMillis(timeoutMillis),
                quick ? Effort.QUICK : Effort.FULL,
                repeats);
    }
}
