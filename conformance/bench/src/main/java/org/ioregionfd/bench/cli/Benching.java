// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ioregionfd.bench.client.RunningDriver;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.host.Baseline;
import org.ioregionfd.bench.host.Listener;
import org.ioregionfd.bench.host.Machine;
import org.ioregionfd.bench.host.Placement;
import org.ioregionfd.bench.measure.BenchSettings;
import org.ioregionfd.bench.report.BenchHtml;
import org.ioregionfd.bench.report.BenchJson;
import org.ioregionfd.bench.report.BenchTable;
import org.ioregionfd.bench.report.HgrmFiles;
import org.ioregionfd.conformance.cli.ExitCode;
import org.ioregionfd.conformance.cli.ProgressLine;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.RunResources;
import picocli.CommandLine;

/** Measures what a command line names, shows it and gives the exit code. */
final class Benching {
    private final BenchOptions options;
    private final CommandLine line;
    private final PrintWriter out;
    private final PrintWriter err;

    Benching(BenchOptions options, CommandLine line) {
        this.options = options;
        this.line = line;
        this.out = line.getOut();
        this.err = line.getErr();
    }

    /** What is measured, one subject at a time. */
    interface Plan {
        /** Measures everything; hands each subject on as soon as it is done. */
        void run(Setting setting, Subjects subjects) throws IOException, NotAttached;
    }

    /** Who takes a subject that is done. */
    interface Subjects {
        void add(Subject subject);
    }

    /** Where and how it is measured. */
    record Setting(
            BenchSettings settings,
            Placement placement,
            Baseline baseline,
            RunResources resources,
            Consumer<String> progress) {
        /** Starts a device side on the peer's processor. */
        Listener start(PeerCommand command) throws NotAttached {
            Path path = resources.socketPath();
            return Listener.started("the device", command.with(path), path, placement.peer(), resources);
        }

        /** Starts a KVM side's driver, for a device side that listens at {@code path}, on the suite's processor. */
        RunningDriver startDriver(PeerCommand command, Path path) throws NotAttached {
            try {
                List<String> words = Placement.placed(command.with(path), placement.suite());
                return new RunningDriver(resources.keep(new PeerProcess(new ProcessBuilder(words).start())));
            } catch (IOException e) {
                throw new NotAttached("the driver could not be started: " + e.getMessage());
            }
        }
    }

    /** Runs {@code plan} in a program that is placed where it can measure. */
    int run(Plan plan) throws IOException {
        BenchSettings settings = options.settings();
        Optional<Placement> placed = Placing.done();
        if (placed.isEmpty()) {
            out.flush();
            return Placing.again(options.waiting(), arguments());
        }
        return measure(plan, settings, placed.get()).number();
    }

    private ExitCode measure(Plan plan, BenchSettings settings, Placement placement) {
        List<Subject> subjects = new ArrayList<>();
        List<String> conditions = List.of(settings.inWords(), placement.inWords());
        BenchTable table = new BenchTable(out);
        table.conditions(new BenchRun(Machine.inWords(), conditions, List.of()));
        out.flush();
        try (RunResources resources = RunResources.create();
                ProgressLine progress = ProgressLine.on(err)) {
            Baseline baseline = Baseline.best(resources, placement.peer());
            plan.run(new Setting(settings, placement, baseline, resources, progress::show), subject -> {
                progress.clear();
                table.subject(subject);
                subjects.add(subject);
            });
        } catch (NotAttached e) {
            return fault(ExitCode.NOT_ATTACHED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return fault(ExitCode.VIOLATED, "the peer does not do what is measured: " + e.getMessage());
        }
        return write(new BenchRun(Machine.inWords(), conditions, subjects));
    }

    private ExitCode write(BenchRun run) {
        try {
            Optional<Path> json = options.reportJson();
            if (json.isPresent()) {
                Files.writeString(json.get(), BenchJson.of(run));
            }
            Optional<Path> html = options.reportHtml();
            if (html.isPresent()) {
                Files.writeString(html.get(), BenchHtml.of(run));
            }
            Optional<Path> hgrm = options.hgrm();
            if (hgrm.isPresent()) {
                HgrmFiles.write(run, hgrm.get());
            }
        } catch (IOException e) {
            return fault(ExitCode.SUITE_FAULT, "a report could not be written: " + e);
        }
        return options.isCheck() && !run.isEveryGoalMet() ? ExitCode.VIOLATED : ExitCode.CONFORMANT;
    }

    private ExitCode fault(ExitCode code, String message) {
        out.flush();
        err.println("conformance: " + message);
        err.flush();
        return code;
    }

    private List<String> arguments() {
        CommandLine root = line;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return root.getParseResult().originalArgs();
    }
}
