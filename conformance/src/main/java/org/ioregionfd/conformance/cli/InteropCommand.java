// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.interop.InteropMatrix;
import org.ioregionfd.conformance.interop.InteropResult;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.report.ReportFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs every pair of peers of the source tree. */
@Command(
        name = "interop",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run every KVM side of the tree against every device side.",
            "Each pair runs with each policy, layout and list of versions. The outcomes are printed, and each pair whose",
            "outcome is wrong."
        })
final class InteropCommand implements Callable<Integer> {
    /** Each job is a device and a few drivers; more jobs than processors do not help. */
    private static final int JOBS_MAX = 64;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many devices run at a time (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(names = "--report-json", paramLabel = "FILE", description = "Write all pairs as JSON.")
    private Optional<Path> reportJson = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        UsageError.within("--jobs", jobs, 1, JOBS_MAX);
        CommandLine line = spec.commandLine();
        PrintWriter out = line.getOut();
        Optional<ReportFile> report = reportJson.map(file -> ReportFile.at("--report-json", file));
        try (RunResources resources = RunResources.create()) {
            InteropResult result = InteropMatrix.of(Program.tree(), resources).play(jobs);
            out.println(result.table());
            out.println();
            result.remarks().forEach(out::println);
            out.println(result.verdict());
            out.flush();
            if (report.isPresent()) {
                report.get().write(result.json());
            }
            return (result.isAsExpected() ? ExitCode.CONFORMANT : ExitCode.VIOLATED).number();
        } catch (NotAttached e) {
            return ExitCode.NOT_ATTACHED.said(line, e.getMessage()).number();
        } catch (IOException e) {
            return ExitCode.SUITE_FAULT
                    .said(line, "a report could not be written: " + e.getMessage())
                    .number();
        }
    }
}
