// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.conformance.FileFault;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.report.DocumentPage;
import org.ioregionfd.conformance.report.GithubReport;
import org.ioregionfd.conformance.report.HtmlReport;
import org.ioregionfd.conformance.report.JUnitReport;
import org.ioregionfd.conformance.report.JsonReport;
import org.ioregionfd.conformance.report.KnownFailuresReport;
import org.ioregionfd.conformance.report.ReportFile;
import org.ioregionfd.conformance.report.ReportFiles;
import org.ioregionfd.conformance.report.RunReport;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every way of running checks has. */
final class RunOptions {
    /** No wait for a peer is longer than ten minutes: a longer silence is a hang. */
    private static final long TIMEOUT_MILLIS_MAX = 600_000;

    /** The file that GitHub shows with a job; each step adds to it. */
    private static final String GITHUB_SUMMARY = "GITHUB_STEP_SUMMARY";

    @Option(names = "--list", description = "List the checks and end.")
    private boolean list;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PATTERN",
            description =
                    "Run only checks of clauses whose id, or whose own name, begins with PATTERN, or is as PATTERN with"
                            + " * and ? for any letters; sel-0, 'SEL-01?' and '*/closes*' are some.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--skip",
            split = ",",
            paramLabel = "PATTERN",
            description = "Leave out checks whose name, or whose own clause, is as PATTERN; for --only.")
    private List<String> skip = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", description = "Repeat the run that printed this seed.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--timeout-ms",
            paramLabel = "N",
            description = "How long to wait for each answer (default: 20 times what the first handshake takes,"
                    + " from 2000 to 10000).")
    private Optional<Long> timeoutMillis = Optional.empty();

    @Option(
            names = "--quick",
            description =
                    "Fewer generated cases, none of the longest waits, one layout of version 0 of the reference device.")
    private boolean quick;

    @Option(names = "--thorough", description = "Ten times as many generated cases, and the checks that take minutes.")
    private boolean thorough;

    @Option(
            names = "--tries",
            paramLabel = "N",
            description = "Generated cases for each property (default: 100, with --quick 15, with --thorough 1000;"
                    + " self: 50).")
    private Optional<Integer> tries = Optional.empty();

    @Option(
            names = "--repeats",
            paramLabel = "N",
            description =
                    "How often a failed check is run again, to distinguish rule from chance (default: ${DEFAULT-VALUE}).")
    private int repeats = RunSettings.DEFAULT_REPEATS;

    @Option(
            names = "--max-failures",
            paramLabel = "N",
            description = "Run no other check of a peer once N have failed (default: run all).")
    private int maxFailures = RunSettings.NO_LIMIT;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Run N checks side by side, each on a peer process or channels of its own"
                    + " (default: 1; self: one for each peer, two for the KVM side).")
    private Optional<Integer> jobs = Optional.empty();

    @Option(names = "--strict", description = "A violated SHOULD fails the run.")
    private boolean strict;

    @Option(
            names = "--known-failures",
            paramLabel = "FILE",
            description = "Names of checks or ids of clauses, one per line, that are known to fail. A listed check may"
                    + " fail; if it passes, the exit code is 6. # begins a comment.")
    private Optional<Path> knownFailures = Optional.empty();

    @Option(
            names = "--write-known-failures",
            paramLabel = "FILE",
            description = "Write the names of the checks that fail, for --known-failures.")
    private Optional<Path> writeKnownFailures = Optional.empty();

    @Option(names = "--report-json", paramLabel = "FILE", description = "Write the results as JSON.")
    private Optional<Path> reportJson = Optional.empty();

    @Option(names = "--report-junit", paramLabel = "FILE", description = "Write the results as JUnit XML.")
    private Optional<Path> reportJunit = Optional.empty();

    @Option(names = "--report-html", paramLabel = "FILE", description = "Write the results as one HTML page.")
    private Optional<Path> reportHtml = Optional.empty();

    @Option(
            names = "--document-url",
            paramLabel = "URL",
            description =
                    "Where the page of the document is to which --report-html links (default: a copy of it, which is"
                            + " written beside the report).")
    private Optional<String> documentUrl = Optional.empty();

    @Option(
            names = "--report-github",
            description = "On GitHub Actions: an annotation for each cause on standard error, and the job's summary.")
    private boolean reportGithub;

    @Option(
            names = "--save-failures",
            paramLabel = "DIR",
            description = "Save each failure as a file for replay, with a capture for Wireshark beside it.")
    private Optional<Path> saveFailures = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** The line of the command that has these options. */
    CommandLine line() {
        return command.commandLine();
    }

    boolean isList() {
        return list;
    }

    boolean isStrict() {
        return strict;
    }

    /** Where failures are saved; UsageError with a line for the user if they cannot be. */
    Optional<Path> saveFailures() {
        return saveFailures.map(folder -> ReportFile.folder("--save-failures", folder));
    }

    /**
     * How much is done; UsageError with a line for the user if that is said in two ways.
     *
     * @param usual unless the user sets them
     */
    Effort effort(Effort usual) {
        if (quick && thorough) {
            throw new UsageError("--quick and --thorough exclude each other");
        }
        return quick ? Effort.QUICK : thorough ? Effort.THOROUGH : usual;
    }

    /** How long to wait for one subject; UsageError with a line for the user if it is out of range. */
    Patience patience() {
        return timeoutMillis
                .map(millis -> Patience.of(
                        Duration.ofMillis(UsageError.within("--timeout-ms", millis, 1, TIMEOUT_MILLIS_MAX))))
                .orElseGet(Patience::calibrated);
    }

    /** Which checks are run; UsageError with a line for the user if a prefix is empty. */
    Selection selection() {
        if (Stream.concat(only.stream(), skip.stream()).anyMatch(String::isBlank)) {
            throw new UsageError("--only and --skip need ids of clauses or names of checks, such as HEL or SEL-013");
        }
        return new Selection(trimmed(only), trimmed(skip));
    }

    private static List<String> trimmed(List<String> patterns) {
        return patterns.stream().map(String::strip).toList();
    }

    /**
     * The settings; UsageError with a line for the user if a value is out of range.
     *
     * @param usual how much is done, and {@code defaultJobs} in how many jobs, unless the user sets them
     */
    RunSettings settings(Effort usual, int defaultJobs) {
        Effort effort = effort(usual);
        return new RunSettings(
                selection(),
                seed.map(Seed::new).orElseGet(Seed::fresh),
                effort,
                (int) UsageError.within("--tries", tries.orElse(effort.tries()), 1, RunSettings.TRIES_MAX),
                (int) UsageError.within("--repeats", repeats, 0, RunSettings.REPEATS_MAX),
                (int) UsageError.within("--jobs", jobs.orElse(defaultJobs), 1, RunSettings.JOBS_MAX),
                knownFailures.map(RunOptions::read).orElse(KnownFailures.NONE),
                (int) UsageError.within("--max-failures", maxFailures, 1, RunSettings.NO_LIMIT));
    }

    /** The requested reports; UsageError with a line for the user if one cannot be written. */
    ReportFiles reports(ClauseBook clauses) {
        DocumentPage page = new DocumentPage(documentUrl);
        ReportFiles files = new ReportFiles();
        files.add("--report-json", reportJson, report -> JsonReport.of(report, clauses));
        files.add("--report-junit", reportJunit, JUnitReport::of);
        files.add("--write-known-failures", writeKnownFailures, KnownFailuresReport::of);
        files.add("--report-html", reportHtml, report -> HtmlReport.of(report, clauses, page));
        files.add("--report-html", reportHtml.flatMap(page::beside), report -> DocumentPage.copy());
        return files;
    }

    /** Tells GitHub what its pages show, if the user wants it. */
    void tellGithub(RunReport report, ClauseBook clauses) throws IOException {
        if (reportGithub) {
            GithubReport github = new GithubReport(report, clauses, Program.again());
            line().getErr().print(github.annotations());
            line().getErr().flush();
            append(Optional.ofNullable(System.getenv(GITHUB_SUMMARY)).map(Path::of), github.summary());
        }
    }

    private static void append(Optional<Path> file, String text) throws IOException {
        if (file.isPresent()) {
            Files.writeString(file.get(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static KnownFailures read(Path file) {
        try {
            return KnownFailures.parse(Files.readAllLines(file));
        } catch (IOException e) {
            throw new UsageError("--known-failures cannot be read: " + file + ": " + FileFault.why(e), e);
        }
    }
}
