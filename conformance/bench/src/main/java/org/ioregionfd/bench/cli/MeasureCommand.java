// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.measure.BenchSettings;
import org.ioregionfd.bench.measure.EchoProgram;
import org.ioregionfd.bench.measure.Machine;
import org.ioregionfd.bench.measure.Pinning;
import org.ioregionfd.bench.measure.Schedule;
import org.ioregionfd.bench.measure.Watchdog;
import org.ioregionfd.bench.report.BenchFiles;
import org.ioregionfd.bench.report.BenchTable;
import org.ioregionfd.conformance.cli.ExitCode;
import org.ioregionfd.conformance.cli.ProgressLine;
import org.ioregionfd.conformance.cli.Subcommand;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.RunResources;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that measures, shows the figures, and gives the exit code. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class MeasureCommand implements Subcommand {
    @Mixin
    private BenchOptions options = new BenchOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What is measured. */
    interface Plan {
        /** Measures everything; hands each subject to {@code bench} as soon as it is done. */
        void run(Bench bench) throws IOException, NotAttached;
    }

    /** The plan of the command line; UsageError with a line for the user if it is wrong. */
    abstract Plan plan();

    BenchOptions options() {
        return options;
    }

    /** Runs the plan in a program that is pinned to a processor for measuring. */
    @Override
    public final Integer call() throws IOException {
        CommandLine line = spec.commandLine();
        Plan plan = plan();
        BenchSettings settings = options.settings();
        BenchFiles files = options.files();
        Optional<Pinning> pinning = PinnedProgram.pinning();
        line.getOut().flush();
        return pinning.isPresent()
                ? measure(plan, settings, files, pinning.get(), line).number()
                : PinnedProgram.run(
                        Pinning.of(settings.waiting()),
                        spec.root().commandLine().getParseResult().originalArgs());
    }

    private ExitCode measure(Plan plan, BenchSettings settings, BenchFiles files, Pinning pinning, CommandLine line) {
        List<Subject> subjects = new ArrayList<>();
        List<String> machine = Machine.inWords();
        List<String> conditions = List.of(settings.inWords(), pinning.inWords());
        BenchTable table = new BenchTable(line.getOut());
        table.conditions(new BenchRun(machine, conditions, subjects));
        try (RunResources resources = RunResources.create();
                ProgressLine progress = ProgressLine.onTerminal(line.getErr());
                Watchdog watchdog = new Watchdog()) {
            EchoProgram echo = EchoProgram.best(resources, pinning.peer());
            Schedule schedule = new Schedule(settings, progress::show, watchdog);
            plan.run(new Bench(schedule, pinning, echo, resources, subject -> {
                progress.show("");
                table.subject(subject);
                subjects.add(subject);
            }));
        } catch (NotAttached e) {
            return ExitCode.NOT_ATTACHED.said(line, e.getMessage());
        } catch (IOException e) {
            return ExitCode.VIOLATED.said(line, "the peer does not do what is measured: " + e.getMessage());
        }
        BenchRun run = new BenchRun(machine, conditions, subjects);
        try {
            files.write(run);
        } catch (IOException e) {
            return ExitCode.SUITE_FAULT.said(line, "a report could not be written: " + e.getMessage());
        }
        return options.isCheck() && !run.isEveryGoalMet() ? ExitCode.VIOLATED : ExitCode.CONFORMANT;
    }
}
