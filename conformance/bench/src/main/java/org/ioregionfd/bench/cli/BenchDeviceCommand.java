// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.bench.figure.GoalSet;
import org.ioregionfd.bench.host.Listener;
import org.ioregionfd.bench.measure.DeviceBench;
import org.ioregionfd.bench.measure.Echoes;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures a device side. */
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measure a device side that listens on a Unix socket.")
final class BenchDeviceCommand implements Callable<Integer> {
    @ArgGroup
    private Where where = new Where();

    @Option(
            names = "--goals",
            paramLabel = "SET",
            description = "Goals to show beside the figures: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "NONE")
    private GoalSet goals = GoalSet.NONE;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Spec
    private @Nullable CommandSpec spec;

    /** One of the two. */
    private static final class Where {
        @Option(names = "--unix", paramLabel = "PATH", description = "A device that listens at PATH.")
        private Optional<Path> unix = Optional.empty();

        @Option(
                names = "--exec",
                paramLabel = "CMD",
                description = "A command that starts the device; {socket} in it stands for the path to listen at.")
        private Optional<String> exec = Optional.empty();
    }

    @Override
    public Integer call() throws IOException {
        CommandLine line = Optional.ofNullable(spec).orElseThrow().commandLine();
        Optional<Path> unix = where.unix;
        Optional<PeerCommand> command = where.exec.map(PeerCommand::parse);
        if (unix.isEmpty() && command.isEmpty()) {
            throw new ParameterException(line, "bench device needs --unix PATH or --exec 'CMD with {socket}'");
        }
        return new Benching(options, line).run((setting, subjects) -> {
            Echoes echoes = Echoes.start(setting.baseline(), setting.settings().waiting());
            Listener device = unix.isPresent() ? Listener.at(unix.get()) : setting.start(command.orElseThrow());
            String title = unix.isPresent() ? "device that listens at --unix" : "device started by --exec";
            subjects.add(new DeviceBench(setting.settings(), echoes, setting.progress())
                    .run("device", title, device)
                    .withGoals(goals));
        });
    }
}
