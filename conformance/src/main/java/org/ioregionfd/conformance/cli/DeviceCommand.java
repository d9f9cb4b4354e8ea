// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.run.Subject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Judges a device side. */
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Judge a device side that listens on a Unix socket.")
final class DeviceCommand implements Callable<Integer> {
    @ArgGroup
    private Where where = new Where();

    @Mixin
    private RunOptions options = new RunOptions();

    @Spec
    private @Nullable CommandSpec spec;

    /** One of the two. */
    static final class Where {
        @Option(names = "--unix", paramLabel = "PATH", description = "A device that listens at PATH.")
        private Optional<Path> unix = Optional.empty();

        @Option(
                names = "--exec",
                paramLabel = "CMD",
                description = "A command that starts the device; {socket} in it stands for the path to listen at.")
        private Optional<String> exec = Optional.empty();

        Optional<Path> unix() {
            return unix;
        }

        Optional<String> exec() {
            return exec;
        }
    }

    @Override
    public Integer call() {
        CommandLine line = Optional.ofNullable(spec).orElseThrow().commandLine();
        CheckRun judging = new CheckRun(options, line.getOut(), line.getErr());
        if (options.isList()) {
            return judging.list(DeviceSuite.classes()).number();
        }
        try (RunResources resources = RunResources.create()) {
            return judging.judge(List.of(subject(line, resources)), 1, resources)
                    .number();
        }
    }

    private Subject subject(CommandLine line, RunResources resources) {
        if (where.unix.isPresent()) {
            return DeviceSuite.listening(where.unix.get(), resources, options.patience());
        }
        String text = where.exec.orElseThrow(
                () -> new ParameterException(line, "device needs --unix PATH or --exec 'CMD with {socket}'"));
        return DeviceSuite.started(
                "device started by --exec",
                "device --exec '" + text.replace("'", "'\\''") + "'",
                PeerCommand.parse(text),
                resources,
                options.patience());
    }
}
