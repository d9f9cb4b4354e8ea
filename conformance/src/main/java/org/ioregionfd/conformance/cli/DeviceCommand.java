// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.ShellWord;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.ReferencePrograms;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.Subject;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

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

    /** One of the two. */
    static final class Where {
        @Option(
                names = "--unix",
                paramLabel = "PATH",
                converter = UnixPath.class,
                description = "A device that listens at PATH.")
        private Optional<Path> unix = Optional.empty();

        @Option(
                names = "--exec",
                paramLabel = "CMD",
                description = "A command that starts the device; {socket} in it stands for the path to listen at.")
        private Optional<String> exec = Optional.empty();

        @Option(
                names = "--reference",
                paramLabel = "OPTIONS",
                description = "The reference device side, started with these options of its command serve.")
        private Optional<String> reference = Optional.empty();
    }

    @Override
    public Integer call() {
        return new CheckRun(options, Effort.FULL)
                .one(DeviceSuite.classes(), this::subject)
                .number();
    }

    /** The reference device side with these options. */
    static Subject reference(String serveOptions, RunResources resources, RunOptions options) {
        return DeviceSuite.started(
                "reference device" + serveOptions.replaceFirst("^(--layout )?(?=.)", ", "),
                "device --reference " + ShellWord.quoted(serveOptions),
                new ReferencePrograms(resources).device(PeerCommand.words("--reference", serveOptions)),
                resources,
                options.patience());
    }

    private Subject subject(RunResources resources) {
        if (where.unix.isPresent()) {
            return DeviceSuite.listening(where.unix.get(), resources, options.patience());
        }
        if (where.reference.isPresent()) {
            return reference(where.reference.get(), resources, options);
        }
        String text = where.exec.orElseThrow(
                () -> new ParameterException(options.line(), "device needs --unix PATH or --exec 'CMD with {socket}'"));
        return DeviceSuite.started(
                "device started by --exec",
                "device --exec " + ShellWord.quoted(text),
                PeerCommand.parse(text),
                resources,
                options.patience());
    }
}
