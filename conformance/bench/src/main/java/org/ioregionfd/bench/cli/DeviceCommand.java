// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.ioregionfd.bench.figure.GoalSet;
import org.ioregionfd.bench.measure.Baselines;
import org.ioregionfd.bench.measure.DeviceBench;
import org.ioregionfd.bench.measure.Listener;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.cli.UnixPath;
import org.ioregionfd.conformance.peer.PeerCommand;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a device side. */
@Command(name = "device", description = "Measure a device side that listens on a Unix socket.")
final class DeviceCommand extends MeasureCommand {
    @ArgGroup
    private Where where = new Where();

    @Option(
            names = "--goals",
            order = BenchOptions.BEFORE,
            paramLabel = "SET",
            description = "Goals to show beside the figures: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "NONE")
    private GoalSet goals = GoalSet.NONE;

    /** One of the two. */
    private static final class Where {
        @Option(
                names = "--unix",
                order = BenchOptions.BEFORE,
                paramLabel = "PATH",
                converter = UnixPath.class,
                description = "A device that listens at PATH.")
        private Optional<Path> unix = Optional.empty();

        @Option(
                names = "--exec",
                order = BenchOptions.BEFORE,
                paramLabel = "CMD",
                description = "A command that starts the device; {socket} in it stands for the path to listen at.")
        private Optional<String> exec = Optional.empty();
    }

    @Override
    Plan plan() {
        Optional<Path> unix = where.unix;
        Optional<PeerCommand> command = where.exec.map(PeerCommand::parse);
        if (unix.isEmpty() && command.isEmpty()) {
            throw new UsageError("bench device needs --unix PATH or --exec 'CMD with {socket}'");
        }
        return bench -> {
            Baselines<Path> echoes = bench.echo().start(options().waiting());
            Listener device = unix.isPresent() ? Listener.at(unix.get()) : bench.startDevice(command.orElseThrow());
            String title = unix.isPresent() ? "device that listens at --unix" : "device started by --exec";
            bench.subjects()
                    .accept(new DeviceBench(bench.schedule(), echoes)
                            .run("device", title, device)
                            .withGoals(goals));
        };
    }
}
